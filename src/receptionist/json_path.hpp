// Where in an answer a value lies: the small part of JSONPath that profiles need.
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
    bool each = false;  ///< it ends in `[*]`: the elements of what it leads to
    std::string text;   ///< as the profile has it, for messages

    bool operator==(const JsonPath&) const = default;
};

/// Reads `$`, `$.a.b`, `$.a[0].b` and, at the end only, `[*]`.
std::optional<JsonPath> parse_json_path(std::string_view text);

/// What the path leads to (for `each`: the list itself); null where it leads nowhere. A template,
/// so that no header of ours has to include a JSON library.
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
