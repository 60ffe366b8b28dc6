// Lenient reading of third-party JSON: a missing field, or one of another type, is empty.
// For the *_codec.cpp files in src/hubspot.
#pragma once

#include "core/stop.hpp"
#include "hubspot/answer.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace ringbridge::hubspot {

using nlohmann::json;

inline json parse_object(const std::string& body) {
    auto parsed = json::parse(body, nullptr, false);
    if (!parsed.is_object()) throw OutOfReach{"HubSpot's answer is not the JSON it documents"};
    return parsed;
}

/// A string, or a number as a string: ids are integers in v1 and strings elsewhere.
inline std::string text_at(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return {};
    return found->is_string() ? found->get<std::string>() : found->dump();
}

inline json list_at(const json& object, const char* name) {
    if (!object.is_object()) return json::array();
    const auto found = object.find(name);
    return found != object.end() && found->is_array() ? *found : json::array();
}

/// The properties named by an error body or by an entry of a batch's `errors`.
std::vector<RefusedProperty> refused_properties(const json& error);

inline std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace ringbridge::hubspot
