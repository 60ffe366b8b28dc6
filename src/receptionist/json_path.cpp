#include "receptionist/json_path.hpp"

#include "core/parse_number.hpp"

#include <algorithm>

namespace ringbridge::receptionist {
namespace {

using Step = JsonPath::Step;

// Takes `.name` off the front.
std::optional<Step> take_name(std::string_view& rest) {
    const auto end = std::min(rest.find_first_of(".[", 1), rest.size());
    std::string name{rest.substr(1, end - 1)};
    rest.remove_prefix(end);
    if (name.empty() || name.find_first_of("]*$ '") != std::string::npos) return std::nullopt;
    return name;
}

// Takes `['a name']` off the front. A name that contains a quote cannot be written.
std::optional<Step> take_quoted_name(std::string_view& rest) {
    const auto end = rest.find("']");
    if (end == std::string_view::npos || end <= 2) return std::nullopt;
    std::string name{rest.substr(2, end - 2)};
    rest.remove_prefix(end + 2);
    return name;
}

// Takes `[3]` or `[*]` off the front.
std::optional<Step> take_bracket(std::string_view& rest) {
    if (rest.starts_with("['")) return take_quoted_name(rest);
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto inside = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (inside == "*") return JsonPath::EachElement{};
    const auto index = parse_number<std::size_t>(inside);
    return index ? std::optional<Step>{*index} : std::nullopt;
}

bool is_each(const Step& step) { return std::holds_alternative<JsonPath::EachElement>(step); }

}  // namespace

bool JsonPath::has_each() const { return std::ranges::any_of(steps, is_each); }

bool JsonPath::is_list() const {
    return std::ranges::count_if(steps, is_each) == 1 && is_each(steps.back());
}

std::optional<JsonPath> parse_json_path(std::string_view text) {
    if (!text.starts_with('$')) return std::nullopt;
    JsonPath path{.steps = {}, .text = std::string{text}};
    auto rest = text.substr(1);
    while (!rest.empty()) {
        auto step = rest.front() == '.'   ? take_name(rest)
                    : rest.front() == '[' ? take_bracket(rest)
                                          : std::nullopt;
        if (!step) return std::nullopt;
        path.steps.push_back(std::move(*step));
    }
    return path;
}

}  // namespace ringbridge::receptionist
