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
    using Step = std::variant<std::string, std::size_t>;  ///< a member's name, or an index
    std::vector<Step> steps;
    bool each = false;  ///< it ends in `[*]`: the elements of the list it points to
    std::string text;   ///< as written in the profile, for messages

    bool operator==(const JsonPath&) const = default;
};

/// Reads `$`, `$.a.b`, `$.a[0].b` and, at the end only, `[*]`.
std::optional<JsonPath> parse_json_path(std::string_view text);

/// The value at the path (for `each`: the list itself); null if there is none. A template, so that
/// no header has to include a JSON library.
template <class Json>
const Json* find(const Json& root, const JsonPath& path) {
    const Json* value = &root;
    for (const auto& step : path.steps) {
        if (const auto* name = std::get_if<std::string>(&step)) {
            if (!value->is_object()) return nullptr;
            const auto member = value->find(*name);
            if (member == value->end()) return nullptr;
            value = &*member;
        } else {
            const auto index = std::get<std::size_t>(step);
            if (!value->is_array() || index >= value->size()) return nullptr;
            value = &(*value)[index];
        }
    }
    return value;
}

}  // namespace ringbridge::receptionist
