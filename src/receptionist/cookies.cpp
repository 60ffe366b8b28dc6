#include "receptionist/cookies.hpp"

#include "receptionist/text.hpp"

#include <algorithm>

namespace ringbridge::receptionist {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

void Cookies::take(const Headers& headers) {
    for (const auto& header : headers) {
        if (!same_name(header.name, "Set-Cookie")) continue;
        const auto pair = std::string_view{header.value}.substr(0, header.value.find(';'));
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string name{trimmed(pair.substr(0, equals))};
        const std::string value{trimmed(pair.substr(equals + 1))};
        if (value.empty()) {
            values_.erase(name);
        } else {
            values_[name] = value;
        }
    }
}

std::string Cookies::value(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string{} : found->second;
}

std::string Cookies::header() const {
    std::string text;
    for (const auto& [name, value] : values_) {
        text += (text.empty() ? "" : "; ") + name + "=" + value;
    }
    return text;
}

}  // namespace ringbridge::receptionist
