#include "sim/hubspot/body.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <ranges>

namespace ringbridge::sim {
namespace {

bool fits(const Json& value, Shape shape) {
    switch (shape) {
        case Shape::text:
            return value.is_string();
        case Shape::scalar:
            return value.is_string() || value.is_number() || value.is_boolean();
        case Shape::integer:
            return value.is_number_integer();
        case Shape::boolean:
            return value.is_boolean();
        case Shape::object:
            return value.is_object();
        case Shape::array:
            return value.is_array();
    }
    return false;
}

// The position of the byte where parsing stopped, as HubSpot counts lines and columns.
Refusal broken_json(std::string_view body, std::size_t byte, const std::string& why) {
    const auto read = body.substr(0, std::min(byte, body.size()));
    const auto line = static_cast<std::size_t>(std::ranges::count(read, '\n')) + 1;
    const auto line_start = read.rfind('\n');
    const auto column =
        line_start == std::string_view::npos ? read.size() : read.size() - line_start - 1;
    return unreadable_input(why, line, std::max<std::size_t>(column, 1));
}

}  // namespace

std::expected<Json, Refusal> read_json(std::string_view body) {
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return std::unexpected(
            validation_error("Invalid JSON input: a request body was expected, but none found"));
    }
    try {
        return Json::parse(body);
    } catch (const Json::parse_error& error) {
        return std::unexpected(broken_json(body, error.byte, "Unexpected character"));
    }
}

Check check_object(const Json& value, std::string_view what, std::initializer_list<Field> fields) {
    const std::string type{what};
    if (!value.is_object()) {
        return unreadable_input("Cannot deserialize value of type `" + type + "` from " +
                                value.type_name() + " value");
    }
    for (const auto& [name, member] : value.items()) {
        const auto field = std::ranges::find(fields, name, &Field::name);
        // Unconfirmed: HubSpot may ignore unknown fields; refusing them finds our typos.
        if (field == fields.end()) {
            return unreadable_input("Unrecognized field \"" + name + "\" in `" + type + "`");
        }
        if (!fits(member, field->shape)) {
            return unreadable_input("Cannot deserialize value of field \"" + name + "\" in `" +
                                    type + "` from " + member.type_name() + " value");
        }
    }
    for (const auto& field : fields) {
        if (field.required && !value.contains(field.name)) {
            const std::string name{field.name};
            return validation_error(
                "Invalid input JSON: some required fields were not set: [" + name + "]",
                {{.message = name + " is required", .code = "REQUIRED_FIELD"}});
        }
    }
    return std::nullopt;
}

std::expected<Json, Refusal> read_object(std::string_view body, std::string_view what,
                                         std::initializer_list<Field> fields) {
    auto json = read_json(body);
    if (!json) return json;
    if (auto refusal = check_object(*json, what, fields)) return std::unexpected(*refusal);
    return json;
}

std::expected<Json, Refusal> read_batch(std::string_view body, std::string_view what,
                                        std::size_t most, std::initializer_list<Field> further) {
    auto json = read_json(body);
    if (!json) return json;
    const auto inputs = json->is_object() ? json->find("inputs") : json->end();
    Json rest = *json;
    if (rest.is_object()) rest.erase("inputs");
    if (auto refusal = check_object(rest, what, further)) return std::unexpected(*refusal);
    if (inputs == json->end() || !inputs->is_array()) {
        return std::unexpected(
            validation_error("Invalid input JSON: some required fields were not set: [inputs]"));
    }
    // Unconfirmed: an empty batch may be accepted.
    if (inputs->empty()) return std::unexpected(validation_error("inputs must not be empty"));
    if (inputs->size() > most) {
        return std::unexpected(validation_error(
            "The maximum number of inputs supported in a batch request is " + std::to_string(most) +
            ", but " + std::to_string(inputs->size()) + " were given"));
    }
    return json;
}

std::expected<std::vector<std::string>, Refusal> text_list(const Json& object,
                                                           const std::string& name) {
    std::vector<std::string> texts;
    if (!object.contains(name)) return texts;
    for (const auto& value : object[name]) {
        if (!value.is_string()) {
            return std::unexpected(unreadable_input("Cannot deserialize an element of field \"" +
                                                    name + "\" from " + value.type_name() +
                                                    " value"));
        }
        texts.push_back(value.get<std::string>());
    }
    return texts;
}

std::string scalar_text(const Json& value) {
    return value.is_string() ? value.get<std::string>() : text_of(value);
}

std::optional<std::int64_t> record_id(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id <= 0) return std::nullopt;
    return id;
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    for (const auto part : std::views::split(text, ',')) {
        if (!part.empty()) parts.emplace_back(part.begin(), part.end());
    }
    return parts;
}

}  // namespace ringbridge::sim
