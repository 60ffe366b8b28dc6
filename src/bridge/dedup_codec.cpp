// The JSON of dedup.hpp: what a merge gave up, and what is still to be written to its survivor.
#include "bridge/dedup.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::bridge {

using nlohmann::json;

std::string encode_snapshot(const hubspot::Contact& loser,
                            const std::map<std::string, hubspot::Attached>& activities,
                            const std::set<std::string>& unreadable_types) {
    json attached = json::object();
    for (const auto& [type, by_contact] : activities) {
        const auto ids = by_contact.find(loser.id);
        attached[type] = ids == by_contact.end() ? json::array() : json(ids->second);
    }
    return json{{"id", loser.id.text},
                {"createdAt", format_utc(loser.created)},
                {"properties", loser.properties},
                {"activities", std::move(attached)},
                {"notReadable", unreadable_types}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string encode_stamp(const Properties& stamp) {
    return stamp.empty() ? "" : json(stamp).dump(-1, ' ', false, json::error_handler_t::replace);
}

Properties decode_stamp(const std::string& text) {
    return text.empty() ? Properties{} : json::parse(text).get<Properties>();
}

}  // namespace ringbridge::bridge
