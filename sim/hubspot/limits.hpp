// HubSpot's three rate limits: a burst in any 10 seconds, searches in any second, requests per day
// (usage guidelines, developers.hubspot.com).
#pragma once

#include "sim/hubspot/refusal.hpp"

#include <deque>

namespace ringbridge::sim {

/// US Eastern without daylight saving: the daily limit resets at midnight there.
inline constexpr Milliseconds account_utc_offset{-5 * 60 * 60 * 1000};

class Limits {
  public:
    /// Counts a request; refuses it with 429 if limits are enforced and exceeded. Unconfirmed:
    /// whether refused requests count. They do here, so hammering never succeeds.
    Check admit(const PortalOptions& options, bool is_search, UtcTime now);

    /// The rate limit headers of every answer except to a search.
    Headers headers(const PortalOptions& options) const;

    int used_today(UtcTime now) const;
    static UtcTime next_reset(UtcTime now);

  private:
    static std::int64_t day_of(UtcTime now);

    std::deque<UtcTime> burst_;
    std::deque<UtcTime> searches_;
    std::int64_t day_ = 0;
    int today_ = 0;
};

}  // namespace ringbridge::sim
