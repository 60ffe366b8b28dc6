#include "receptionist/json_path.hpp"

#include <algorithm>
#include <charconv>

namespace ringbridge::receptionist {
namespace {

// Takes `.name` off the front.
std::optional<std::string> take_name(std::string_view& rest) {
    const auto end = std::min(rest.find_first_of(".[", 1), rest.size());
    std::string name{rest.substr(1, end - 1)};
    rest.remove_prefix(end);
    if (name.empty() || name.find_first_of("]*$ ") != std::string::npos) return std::nullopt;
    return name;
}

// Takes `[3]` off the front.
std::optional<std::size_t> take_index(std::string_view& rest) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), index);
    if (error != std::errc{} || end == rest.data() + rest.size() || *end != ']') {
        return std::nullopt;
    }
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
    return index;
}

}  // namespace

std::optional<JsonPath> parse_json_path(std::string_view text) {
    if (!text.starts_with('$')) return std::nullopt;
    JsonPath path{.steps = {}, .each = false, .text = std::string{text}};
    auto rest = text.substr(1);
    while (!rest.empty() && rest != "[*]") {
        if (rest.front() == '.') {
            auto name = take_name(rest);
            if (!name) return std::nullopt;
            path.steps.emplace_back(std::move(*name));
        } else if (rest.front() == '[') {
            const auto index = take_index(rest);
            if (!index) return std::nullopt;
            path.steps.emplace_back(*index);
        } else {
            return std::nullopt;
        }
    }
    path.each = rest == "[*]";
    return path;
}

}  // namespace ringbridge::receptionist
