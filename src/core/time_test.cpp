// Times as the two sides and people write them.
#include "core/time.hpp"

#include <gtest/gtest.h>

namespace ringbridge {
namespace {

TEST(Time, IsReadInAnyZoneAndWrittenInUtc) {
    for (const auto* text :
         {"2026-04-12T15:04:05Z", "2026-04-12T15:04:05.000Z", "2026-04-12T11:04:05-04:00",
          "2026-04-12T17:04:05.000000+02:00", "2026-04-12T17:04:05+0200", "2026-04-12T17:04:05+02",
          "2026-04-12 15:04:05Z", "1776006245", "1776006245000"}) {
        const auto time = parse_utc(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(format_utc(*time), "2026-04-12T15:04:05.000Z") << text;
    }
}

// As Python, Go, Ruby, Java, PostgreSQL and mail write it.
TEST(Time, IsReadInTheFormsThatOtherLanguagesWrite) {
    for (const auto* text :
         {"2026-04-12T15:04:05 +0000", "2026-04-12 17:04:05 +02:00", "2026-04-12T15:04:05UTC",
          "2026-04-12 15:04:05 UTC", "2026-04-12 15:04:05.000000000 +0000 UTC",
          "2026-04-12 15:04:05 GMT", "2026-04-12t15:04:05,000z", "2026-04-12T15:04:05 Z",
          "2026-04-12T15:04:05Z[UTC]", "2026-04-12T11:04:05-04:00[America/New_York]",
          "2026-04-12T15:04:05+00", "Sun, 12 Apr 2026 15:04:05 GMT",
          "Sun, 12 Apr 2026 15:04:05 +0000", "1776006245000000", "1776006245000000000"}) {
        const auto time = parse_utc(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(format_utc(*time), "2026-04-12T15:04:05.000Z") << text;
    }
}

TEST(Time, MayLackItsSeconds) {
    for (const auto* text : {"2026-11-28T17:12Z", "2026-11-28 17:12 UTC", "2026-11-28T12:12-05:00",
                             "2026-11-28T17:12+0000", "2026-11-28 17:12 +0000"}) {
        const auto time = parse_utc(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(format_utc(*time), "2026-11-28T17:12:00.000Z") << text;
    }
}

TEST(Time, WithoutAZoneIsRefused) {
    for (const auto* text :
         {"2026-04-12T15:04:05", "2026-04-12", "yesterday", "", "-5", "2026-13-12T15:04:05Z",
          "2026-04-12T15:04:05Zjunk", "2026-11-28T17:12", "2026-11-28T17:12 ",
          "2026-11-28 17:12 EST", "2026-02-30T15:04:05Z", "2026-04-12T24:04:05Z",
          "2026-04-12T15:60:05Z", "2026-04-12T15:04:62Z"}) {
        EXPECT_FALSE(parse_utc(text)) << text;
    }
}

TEST(Time, OfAnotherShapeIsRefused) {
    for (const auto* text :
         {"2026-04-12T15:00;00Z", "2026-04-12T15:00:0xZ", "2026-04-12T15:04:.5Z",
          "2026-04-12T15:04:05.Z", "12026-04-12T15:04:05Z", "2026-04-12T15:04:05-",
          "2026-04-12T15:04:05+:", "2026-04-12T15:04:05-4:00", "2026-04-12T15:04:05-99:99",
          "2026-04-12T15:04:05+02:60", "2026-04-12T15:04.5Z", "2026-04-12T15Z",
          "2026-04-12T15:04:05  Z", "2026-04-12T15:04:05Z[UTC"}) {
        EXPECT_FALSE(parse_utc(text)) << text;
    }
}

TEST(Span, HasAUnit) {
    using namespace std::chrono_literals;
    EXPECT_EQ(parse_span("250ms"), Milliseconds{250});
    EXPECT_EQ(parse_span("5m"), Milliseconds{5min});
    EXPECT_EQ(parse_span("7d"), Milliseconds{168h});
    EXPECT_EQ(parse_span("0"), Milliseconds{0});
    for (const auto* text : {"5", "m", "-5m", "5 m", "5x", "99999999999h", "999999999y", ""}) {
        EXPECT_FALSE(parse_span(text)) << text;
    }
}

TEST(Moment, IsASpanBackFromNowOrATime) {
    const auto now = *parse_utc("2026-04-12T15:00:00Z");
    EXPECT_EQ(format_utc(*parse_moment("36h", now)), "2026-04-11T03:00:00.000Z");
    EXPECT_EQ(format_utc(*parse_moment("2026-01-01T00:00:00Z", now)), "2026-01-01T00:00:00.000Z");
}

TEST(HttpDate, IsReadInItsOneShape) {
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), parse_utc("1994-11-06T08:49:37Z"));
    for (const auto* other : {"", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT",
                              "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:7 GMT",
                              "Sun, 06 Nov 1994 08:49:37 GMTx", "06 Nov 1994 08:49:37 GMT"}) {
        EXPECT_FALSE(parse_http_date(other)) << other;
    }
}

}  // namespace
}  // namespace ringbridge
