#include "hubspot/record_reader.hpp"

#include "core/stop.hpp"

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
        auto answer = co_await client->send(
            {"POST", path + "/batch/read", encode_batch_read(part, properties)});
        if (auto* unsure = std::get_if<Unsure>(&answer)) throw OutOfReach{unsure->why};
        if (auto* refused = std::get_if<Refused>(&answer)) {
            const bool all = read.refused.size() + 1 == refused_until_all && read.records.empty();
            if (all || is_about_all(*refused)) co_return std::unexpected{std::move(*refused)};
            if (part.size() > 1) {
                std::ranges::move(in_smaller_batches(std::move(part)), std::back_inserter(parts));
            } else {
                read.refused[part.front()] = std::move(*refused);
            }
            continue;
        }
        for (auto& record : decode_records(std::get<Done>(answer).body)) {
            read.records.emplace(record.id, std::move(record));
        }
    }
    co_return read;
}

}  // namespace ringbridge::hubspot
