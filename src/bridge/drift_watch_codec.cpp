// What is remembered of a profile's fields, as JSON.
#include "bridge/drift_watch.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::bridge {
namespace {

using nlohmann::json;

json encode_history(const FieldHistory& history) {
    json encoded{{"kinds", json::object()}};
    for (const auto& [kind, rate] : history.kinds) {
        encoded["kinds"][kind] = {rate.filled, rate.records};
    }
    if (!history.lost.empty()) encoded["lost"] = history.lost;
    if (history.gone_since) encoded["goneSince"] = to_unix_ms(*history.gone_since);
    return encoded;
}

FieldHistory decode_history(const json& encoded) {
    FieldHistory history;
    for (const auto& [kind, rate] : encoded.at("kinds").items()) {
        history.kinds[kind] = {rate.at(0), rate.at(1)};
    }
    if (encoded.contains("lost")) history.lost = encoded.at("lost");
    if (encoded.contains("goneSince")) history.gone_since = from_unix_ms(encoded.at("goneSince"));
    return history;
}

}  // namespace

std::string encode_memory(const ProfileMemory& memory) {
    json encoded{{"fields", json::object()}, {"details", json::object()}};
    for (const auto& [name, history] : memory.fields) {
        encoded["fields"][name] = encode_history(history);
    }
    for (const auto& [id, since] : memory.details.since) {
        encoded["details"][id.text] = to_unix_ms(since);
    }
    encoded["why"] = memory.details.why;
    return encoded.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<ProfileMemory> decode_memory(const std::string& text) {
    try {
        const auto encoded = json::parse(text);
        ProfileMemory memory;
        for (const auto& [name, history] : encoded.at("fields").items()) {
            memory.fields[name] = decode_history(history);
        }
        for (const auto& [id, since] : encoded.at("details").items()) {
            memory.details.since[CallId{id}] = from_unix_ms(since);
        }
        memory.details.why = encoded.at("why");
        return memory;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

}  // namespace ringbridge::bridge
