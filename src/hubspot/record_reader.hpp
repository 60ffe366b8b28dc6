// Reads records by id, 100 per request.
#pragma once

#include "hubspot/client.hpp"
#include "hubspot/records.hpp"

#include <map>

namespace ringbridge::hubspot {

/// By the id that HubSpot returns. An id in neither map is gone, or has changed.
struct ReadRecords {
    std::map<std::string, Record> records;
    std::map<std::string, Refused> refused = {};
};

/// Whether the refusal is about the token or the endpoint; any other is about the requested ids.
bool is_about_all(const Refused& refused);

/// This many single ids refused, and none read: the refusal is not about the ids.
constexpr std::size_t refused_until_all = 3;

/// `path`: the object type's. A refused batch is retried in smaller batches.
Task<std::expected<ReadRecords, Refused>> read_records(Client* client, std::string path,
                                                       std::vector<std::string> ids,
                                                       std::vector<std::string> properties);

}  // namespace ringbridge::hubspot
