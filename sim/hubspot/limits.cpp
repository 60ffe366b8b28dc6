#include "sim/hubspot/limits.hpp"

#include <algorithm>

namespace ringbridge::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t searches_a_second = 5;

void forget_before(std::deque<UtcTime>& times, UtcTime oldest) {
    while (!times.empty() && times.front() <= oldest) times.pop_front();
}

Refusal too_many(std::string message, std::map<std::string, std::string> extra) {
    return {
        .status = 429, .category = {}, .message = std::move(message), .extra = std::move(extra)};
}

Refusal over_daily() {
    return too_many("You have reached your daily limit.",
                    {{"errorType", "RATE_LIMIT"}, {"policyName", "DAILY"}});
}

Refusal over_burst(std::int64_t portal_id) {
    return too_many("You have reached your ten_secondly_rolling limit.",
                    {{"errorType", "RATE_LIMIT"},
                     {"policyName", "TEN_SECONDLY_ROLLING"},
                     {"groupName", "publicapi:private_app-api-calls-ten-secondly:1512050:" +
                                       std::to_string(portal_id)}});
}

// The error for searches differs: a category, no policy name.
Refusal over_search() {
    return {.status = 429,
            .category = "RATE_LIMITS",
            .message = "You have reached your secondly limit."};
}

}  // namespace

Check Limits::admit(const PortalOptions& options, bool is_search, UtcTime now) {
    if (day_of(now) != day_) {
        day_ = day_of(now);
        today_ = 0;
    }
    ++today_;
    forget_before(burst_, now - 10s);
    forget_before(searches_, now - 1s);
    (is_search ? searches_ : burst_).push_back(now);
    if (!options.enforce_limits) return std::nullopt;
    if (today_ > options.daily_limit) return over_daily();
    if (is_search) {
        if (searches_.size() > searches_a_second) return over_search();
        return std::nullopt;
    }
    if (std::cmp_greater(burst_.size(), options.burst_limit)) return over_burst(options.portal_id);
    return std::nullopt;
}

Headers Limits::headers(const PortalOptions& options) const {
    const auto remaining = [](int limit, std::size_t used) {
        return std::to_string(std::max(0, limit - static_cast<int>(used)));
    };
    return {{"X-HubSpot-RateLimit-Daily", std::to_string(options.daily_limit)},
            {"X-HubSpot-RateLimit-Daily-Remaining",
             remaining(options.daily_limit, static_cast<std::size_t>(today_))},
            {"X-HubSpot-RateLimit-Interval-Milliseconds", "10000"},
            {"X-HubSpot-RateLimit-Max", std::to_string(options.burst_limit)},
            {"X-HubSpot-RateLimit-Remaining", remaining(options.burst_limit, burst_.size())},
            {"X-HubSpot-RateLimit-Secondly", "10"},
            {"X-HubSpot-RateLimit-Secondly-Remaining", "10"}};
}

int Limits::used_today(UtcTime now) const { return day_of(now) == day_ ? today_ : 0; }

UtcTime Limits::next_reset(UtcTime now) {
    return UtcTime{std::chrono::days{day_of(now) + 1}} - account_utc_offset;
}

std::int64_t Limits::day_of(UtcTime now) {
    return std::chrono::floor<std::chrono::days>(now + account_utc_offset)
        .time_since_epoch()
        .count();
}

}  // namespace ringbridge::sim
