#include "receptionist/placeholders.hpp"

#include <algorithm>

namespace ringbridge::receptionist {

std::string_view without_marks(std::string_view name) {
    return name.substr(std::min(name.size(), name.find_first_not_of(typed_marks)));
}

std::optional<std::vector<std::string>> placeholders_in(std::string_view text) {
    std::vector<std::string> names;
    for (auto open = text.find("${"); open != std::string_view::npos; open = text.find("${")) {
        const auto close = text.find('}', open);
        if (close == std::string_view::npos) return std::nullopt;
        names.emplace_back(text.substr(open + 2, close - open - 2));
        text.remove_prefix(close + 1);
    }
    return names;
}

std::string fill(std::string_view text, const Values& values) {
    std::string filled;
    for (auto open = text.find("${"); open != std::string_view::npos; open = text.find("${")) {
        const auto close = text.find('}', open);
        if (close == std::string_view::npos) break;
        filled += text.substr(0, open);
        const auto value = values.find(std::string{text.substr(open + 2, close - open - 2)});
        if (value != values.end()) filled += value->second;
        text.remove_prefix(close + 1);
    }
    return filled.append(text);
}

}  // namespace ringbridge::receptionist
