#include "admin/sessions.hpp"

#include "admin/guard.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <cstdint>
#include <sstream>

namespace ringbridge::admin {
namespace {

constexpr const char* cookie_name = "ringbridge_session";
constexpr std::chrono::days session_life{30};

// Strict: the browser sends it with no link from another site.
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

constexpr const char* ended_key = "ended_sessions";

std::string text_of(const std::set<UtcTime>& moments) {
    std::string text;
    for (const auto moment : moments) text += std::to_string(to_unix_ms(moment)) + ' ';
    return text;
}

}  // namespace

std::string Sessions::signed_until(UtcTime until) const {
    const auto moment = std::to_string(to_unix_ms(until));
    return moment + '.' + vault_->hash("session " + moment + ' ' + admin_token_.reveal());
}

std::optional<Header> Sessions::begin(const HttpRequest& request, std::string_view token,
                                      UtcTime now) {
    if (!vault_ || admin_token_.empty() || !same_secret(token, admin_token_.reveal())) {
        return std::nullopt;
    }
    last_until_ = std::max(now + session_life, last_until_ + Milliseconds{1});
    auto header = cookie(signed_until(last_until_), session_life);
    if (header_value(request.headers, "X-Forwarded-Proto") == "https") header += "; Secure";
    return Header{"Set-Cookie", std::move(header)};
}

// When the cookie's session expires, unless ended before; nothing if we did not sign it.
std::optional<UtcTime> Sessions::until(const Headers& headers, UtcTime now) const {
    const auto value = cookie_in(headers);
    if (!vault_ || admin_token_.empty() || value.empty()) return std::nullopt;
    const auto moment = parse_utc(value.substr(0, value.find('.')));
    if (!moment || *moment <= now || !same_secret(value, signed_until(*moment))) {
        return std::nullopt;
    }
    return moment;
}

Task<> Sessions::recall_ended() {
    if (ended_recalled_) co_return;
    for (auto* ledger : ledgers_) {
        std::istringstream kept{(co_await ledger->recall(ended_key)).value_or("")};
        for (std::int64_t moment = 0; kept >> moment;) ended_.insert(from_unix_ms(moment));
    }
    ended_recalled_ = true;
}

Task<bool> Sessions::is_signed_in(Headers headers, UtcTime now) {
    const auto moment = until(headers, now);
    if (!moment) co_return false;
    co_await recall_ended();
    co_return !ended_.contains(*moment);
}

Task<Header> Sessions::end(Headers headers, UtcTime now) {
    if (const auto moment = until(headers, now)) {
        ended_.insert(*moment);
        co_await recall_ended();
        ended_.erase(ended_.begin(), ended_.upper_bound(now));
        for (auto* ledger : ledgers_) co_await ledger->remember(ended_key, text_of(ended_));
    }
    co_return Header{"Set-Cookie", cookie("", std::chrono::seconds{0})};
}

}  // namespace ringbridge::admin
