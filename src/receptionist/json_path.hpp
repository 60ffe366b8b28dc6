// The path of a value in an answer: the small subset of JSONPath that profiles need.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringbridge::receptionist {

struct JsonPath {
    struct EachElement {
        bool operator==(const EachElement&) const = default;
    };
    /// A member's name, an index, or all elements of a list.
    using Step = std::variant<std::string, std::size_t, EachElement>;
    std::vector<Step> steps;
    std::string text;  ///< as written in the profile, for messages

    /// Whether it points to many values; else to one.
    bool has_each() const;
    /// Whether it points to the elements of one list: its only `[*]` is the last step.
    bool is_list() const;
    bool operator==(const JsonPath&) const = default;
};

/// Reads `$`, `$.a.b`, `$.a[0].b`, `$['a name'].b`, `$.a[*]` and `$.a[*].b[*]` (RFC 9535's syntax).
std::optional<JsonPath> parse_json_path(std::string_view text);

/// The value after one step, which is no `[*]`; null if there is none. A template like all that
/// follow, so that no header has to include a JSON library.
template <class Json>
Json* take_step(Json& value, const JsonPath::Step& step) {
    if (const auto* name = std::get_if<std::string>(&step)) {
        if (!value.is_object()) return nullptr;
        const auto member = value.find(*name);
        return member == value.end() ? nullptr : &*member;
    }
    const auto* index = std::get_if<std::size_t>(&step);
    return index && value.is_array() && *index < value.size() ? &value[*index] : nullptr;
}

/// The value at the path, up to its first `[*]` if it has one; null if there is none.
template <class Json>
const Json* find(const Json& root, const JsonPath& path) {
    const Json* value = &root;
    for (const auto& step : path.steps) {
        if (std::holds_alternative<JsonPath::EachElement>(step)) break;
        value = take_step(*value, step);
        if (value == nullptr) break;
    }
    return value;
}

}  // namespace ringbridge::receptionist
