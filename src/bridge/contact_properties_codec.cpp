// The JSON of contact_properties.hpp, as stored in the ledger.
#include "bridge/contact_properties.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::bridge {

using nlohmann::json;

std::string encode_property_memory(const PropertyMemory& memory) {
    json left_out = json::array();
    for (const auto& [key, refusal] : memory.left_out) {
        left_out.push_back({{"property", key.property},
                            {"contact", key.contact_id.text},
                            {"value", key.value_hash},
                            {"why", refusal.why},
                            {"at", format_utc(refusal.at)}});
    }
    const json encoded{{"fingerprint", memory.fingerprint},
                       {"lookedAt", memory.looked_up_at ? format_utc(*memory.looked_up_at) : ""},
                       {"leftOut", std::move(left_out)}};
    return encoded.dump(-1, ' ', false, json::error_handler_t::replace);
}

PropertyMemory decode_property_memory(const std::string& text) {
    const auto parsed = json::parse(text, nullptr, false);
    try {
        PropertyMemory memory{.fingerprint = parsed.at("fingerprint"),
                              .looked_up_at = parse_utc(parsed.at("lookedAt").get<std::string>())};
        for (const auto& one : parsed.at("leftOut")) {
            const auto at = parse_utc(one.at("at").get<std::string>());
            if (!at) continue;
            memory.left_out[{one.at("property"), ContactId{one.at("contact").get<std::string>()},
                             one.at("value")}] = {one.at("why"), *at};
        }
        return memory;
    } catch (const json::exception&) {
        return {};
    }
}

}  // namespace ringbridge::bridge
