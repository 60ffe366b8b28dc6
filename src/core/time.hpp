// Time as ringbridge uses it: UTC with millisecond precision, as in both sides' APIs.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ringbridge {

using Milliseconds = std::chrono::milliseconds;
using UtcTime = std::chrono::sys_time<Milliseconds>;

/// A time on this machine's steady clock: not a date, comparable only with others of the same
/// process. See ports/clock.hpp.
struct SteadyClock {
    using duration = Milliseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<SteadyClock>;
    static constexpr bool is_steady = true;
};
using SteadyTime = SteadyClock::time_point;

/// From `since` until `until`; a listing may include both ends.
struct TimeRange {
    UtcTime since, until;
    bool operator==(const TimeRange&) const = default;
};

/// Reads RFC 3339 (`2026-04-12T15:04:05.000Z`, `2026-04-12T11:04:05-04:00`), also without seconds
/// and with the zone as other languages write it (` +0000`, ` UTC`), a date as in mail, or a Unix
/// time in seconds or finer. A time without a zone is refused: guessing one would move the call.
std::optional<UtcTime> parse_utc(std::string_view text);

/// A date in an HTTP header: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
std::optional<UtcTime> parse_http_date(std::string_view text);

/// A moment on the command line or in a query: RFC 3339, or a span back from `now` (`36h`, `7d`).
std::optional<UtcTime> parse_moment(std::string_view text, UtcTime now);

/// `250ms`, `30s`, `5m`, `36h`, `7d`, `2y` (365 days each); a bare `0` is zero.
std::optional<Milliseconds> parse_span(std::string_view text);

/// `2026-04-12T15:04:05.000Z`: as in HubSpot's API and in our own.
std::string format_utc(UtcTime time);

std::int64_t to_unix_ms(UtcTime time);
UtcTime from_unix_ms(std::int64_t ms);

}  // namespace ringbridge
