#include "hubspot/record_reader.hpp"

#include <iterator>

namespace ringbridge::hubspot {

bool is_about_all(const Refused& refused) {
    return is_missing_scope(refused) || refused.status == 404 || refused.status == 405;
}

Task<std::expected<ReadRecords, Refused>> read_records(Client* client, std::string path,
                                                       std::vector<std::string> ids,
                                                       std::vector<std::string> properties) {
    ReadRecords read;
    std::vector<std::vector<std::string>> parts;
    while (!ids.empty()) parts.push_back(take_batch(ids));
    while (!parts.empty()) {
        auto part = std::move(parts.back());
        parts.pop_back();
        auto body = body_of(co_await client->send(
            {"POST", path + "/batch/read", encode_batch_read(part, properties)}));
        if (!body) {
            const bool all = read.refused.size() + 1 == refused_until_all && read.records.empty();
            if (all || is_about_all(body.error())) co_return std::unexpected{body.error()};
            if (part.size() > 1) {
                std::ranges::move(in_smaller_batches(std::move(part)), std::back_inserter(parts));
            } else {
                read.refused[part.front()] = std::move(body.error());
            }
            continue;
        }
        for (auto& record : decode_records(*body)) {
            read.records.emplace(record.id, std::move(record));
        }
    }
    co_return read;
}

}  // namespace ringbridge::hubspot
