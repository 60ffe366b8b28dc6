// How long a response asks to wait.
#include "core/retry_after.hpp"

#include <gtest/gtest.h>

namespace ringbridge {
namespace {

using namespace std::chrono_literals;

TEST(RetryAfter, is_a_number_of_seconds_or_a_date) {
    const auto now = *parse_utc("2026-04-12T12:00:00Z");
    EXPECT_EQ(parse_retry_after("3", now), 3s);
    EXPECT_EQ(parse_retry_after("Sun, 12 Apr 2026 12:01:10 GMT", now), 70s);
    for (const auto* other : {"", "soon", "3s", "1.5"}) {
        EXPECT_FALSE(parse_retry_after(other, now)) << other;
    }
}

TEST(RetryAfter, is_never_negative_and_at_most_a_day) {
    const auto now = *parse_utc("2026-04-12T12:00:00Z");
    EXPECT_EQ(parse_retry_after("-9223372036854775808", now), 0s);
    EXPECT_EQ(parse_retry_after("9223372036854775807", now), 24h);
    EXPECT_EQ(parse_retry_after("Sun, 12 Apr 2026 11:00:00 GMT", now), 0s);
    EXPECT_EQ(parse_retry_after("Mon, 12 Apr 2027 12:00:00 GMT", now), 24h);
}

}  // namespace
}  // namespace ringbridge
