#include "admin/sessions.hpp"

#include "admin/guard.hpp"
#include "core/text.hpp"

namespace ringbridge::admin {
namespace {

constexpr const char* cookie_name = "ringbridge_session";
constexpr std::chrono::days session_life{30};

// Strict: no link on another site's page is followed with it.
std::string cookie(const std::string& value, std::chrono::seconds life) {
    return std::string{cookie_name} + '=' + value + "; Max-Age=" + std::to_string(life.count()) +
           "; Path=/; HttpOnly; SameSite=Strict";
}

std::string_view cookie_in(const Headers& headers) {
    auto rest = header_value(headers, "Cookie");
    while (!rest.empty()) {
        const auto end = rest.find(';');
        const auto pair = trim(rest.substr(0, end));
        const auto name = pair.substr(0, pair.find('='));
        if (name == cookie_name && name.size() < pair.size()) return pair.substr(name.size() + 1);
        rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    }
    return {};
}

}  // namespace

std::string Sessions::signed_until(const std::string& moment) const {
    return moment + '.' + vault_->hash("session " + moment + ' ' + admin_token_.reveal());
}

std::optional<Header> Sessions::begin(const HttpRequest& request, std::string_view token,
                                      UtcTime now) const {
    if (!vault_ || admin_token_.empty() || !same_secret(token, admin_token_.reveal())) {
        return std::nullopt;
    }
    auto header =
        cookie(signed_until(std::to_string(to_unix_ms(now + session_life))), session_life);
    if (header_value(request.headers, "X-Forwarded-Proto") == "https") header += "; Secure";
    return Header{"Set-Cookie", std::move(header)};
}

bool Sessions::is_signed_in(const Headers& headers, UtcTime now) const {
    const auto value = cookie_in(headers);
    if (!vault_ || admin_token_.empty() || value.empty()) return false;
    const std::string moment{value.substr(0, value.find('.'))};
    const auto until = parse_utc(moment);
    return until && *until > now && same_secret(value, signed_until(moment));
}

Header Sessions::end() { return {"Set-Cookie", cookie("", std::chrono::seconds{0})}; }

}  // namespace ringbridge::admin
