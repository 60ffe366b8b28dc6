#include "hubspot/record_writer.hpp"

namespace ringbridge::hubspot {

Task<std::vector<RowOutcome>> create_records(Client* client, std::string path,
                                             std::vector<NewRecord> records) {
    const auto answer = co_await client->send(
        {"POST", path + "/batch/create", encode_batch_create(records), Repeat::unsafe});
    co_return created_rows(answer, records.size());
}

Task<std::vector<RowOutcome>> update_records(Client* client, std::string path,
                                             std::vector<RecordPatch> patches) {
    auto answer = co_await client->send(
        {"POST", path + "/batch/update", encode_batch_update(patches), Repeat::unsafe});
    co_return updated_rows(std::move(answer), patches);
}

}  // namespace ringbridge::hubspot
