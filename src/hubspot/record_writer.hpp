// Writes records in one batch request, at most batch_max.
#pragma once

#include "hubspot/client.hpp"
#include "hubspot/records.hpp"

#include <string>
#include <vector>

namespace ringbridge::hubspot {

/// `path`: the object type's.
Task<std::vector<RowOutcome>> create_records(Client* client, std::string path,
                                             std::vector<NewRecord> records);
Task<std::vector<RowOutcome>> update_records(Client* client, std::string path,
                                             std::vector<RecordPatch> patches);

}  // namespace ringbridge::hubspot
