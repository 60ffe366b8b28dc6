#include "core/address.hpp"

#include "core/text.hpp"
#include "core/url.hpp"

#include <algorithm>
#include <array>

namespace ringbridge {
namespace {

constexpr std::string_view between_words = " \t\r\n<>,\"";

// Of `;ext=12;user=phone`; empty if there is none of that name.
std::string parameter(std::string_view parameters, std::string_view name) {
    const auto intro = ';' + std::string{name} + '=';
    const auto at = lower_case(parameters).find(intro);
    if (at == std::string::npos) return {};
    const auto value = parameters.substr(at + intro.size());
    return std::string{value.substr(0, value.find_first_of(";:"))};
}

// `;phone-context=+44` says where a local number belongs; it may also be a host name (RFC 3966).
std::string number_of(std::string_view user) {
    const auto end = std::min(user.find_first_of(";:"), user.size());
    auto number = std::string{user.substr(0, end)};
    const auto parameters = user.substr(end);
    const auto context = parameter(parameters, "phone-context");
    if (context.starts_with('+') && !number.starts_with('+')) number.insert(0, context);
    const auto extension = parameter(parameters, "ext");
    return extension.empty() ? number : number + ";ext=" + extension;
}

// What follows an address in brackets: `<sip:1001@203.0.113.110>;tag=5718308515`.
bool is_parameters(std::string_view word) {
    return word.starts_with(';') && word.find('=') != std::string_view::npos;
}

std::string user_of(std::string_view word) {
    if (is_parameters(word)) return {};
    static constexpr std::array<std::string_view, 3> schemes{"sip:", "sips:", "tel:"};
    const auto lowered = lower_case(word);
    const auto scheme = std::ranges::find_if(
        schemes, [&](std::string_view one) { return lowered.starts_with(one); });
    const auto at = word.rfind('@');
    if (scheme == schemes.end()) return std::string{word.substr(0, at)};
    const auto rest = word.substr(scheme->size());
    if (at != std::string_view::npos) {
        return number_of(percent_decode(word.substr(scheme->size(), at - scheme->size())));
    }
    const bool is_host = *scheme != "tel:" && rest.find('.') != std::string_view::npos;
    return is_host ? std::string{} : number_of(rest);
}

}  // namespace

std::string users_only(std::string_view text) {
    if (text.find_first_of("@:") == std::string_view::npos) return std::string{text};
    std::string users;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find_first_of(between_words));
        users += user_of(word);
        text.remove_prefix(word.size());
        const auto gap = std::min(text.find_first_not_of(between_words), text.size());
        users += text.substr(0, gap);
        text.remove_prefix(gap);
    }
    return users;
}

}  // namespace ringbridge
