// Which older calls are reread, and when.
#include "bridge/reread.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

const UtcTime start = *parse_utc("2026-11-23T09:00:00Z");
constexpr Milliseconds day = 24h;
const Reach week = reaches(60 * day)[0], depth = reaches(60 * day)[1];

RereadTime at(UtcTime now, bool quiet = true) {
    return {.now = now, .floor = start - 365 * day, .interval = 5min, .quiet = quiet};
}

TEST(Reread, NothingIsDueRightAfterTheFirstRun) {
    const auto pass = current_pass(std::nullopt, week, at(start));
    EXPECT_FALSE(next_part(pass, week, at(start)));
    EXPECT_EQ(current_pass(pass, week, at(start + 23h)), pass);
}

TEST(Reread, ADayLaterTheWeekIsReadDayByDayNewestFirst) {
    const auto now = start + day;
    const auto first = current_pass(std::nullopt, week, at(start));
    auto pass = current_pass(first, week, at(now));
    EXPECT_EQ(next_part(pass, week, at(now)), (TimeRange{now - 2 * day, now - day}));
    int parts = 0;
    while (const auto part = next_part(pass, week, at(now))) {
        pass.read_back_to = part->since;
        ++parts;
    }
    EXPECT_EQ(parts, 6);
    EXPECT_EQ(pass.read_back_to, now - 7 * day);
}

TEST(Reread, NeverGoesBehindTheFirstRunsWindow) {
    auto time = at(start + day);
    time.floor = start - 12h;
    const Pass pass{time.now, time.now - day};
    EXPECT_EQ(next_part(pass, week, time), (TimeRange{time.floor, time.now - day}));
    time.floor = start;
    EXPECT_FALSE(next_part(pass, week, time));
}

TEST(Reread, ABusyRunReadsOnlyWhatIsBehindTime) {
    const Pass pass{start, start - day};
    EXPECT_FALSE(next_part(pass, week, at(start, false)));
    EXPECT_TRUE(next_part(pass, week, at(start + 1h, false)));
}

TEST(Reread, APassOfAWrongClockIsBegunAgain) {
    const Pass pass{start + 30 * day, start};
    EXPECT_EQ(current_pass(pass, week, at(start)).began, start);
}

TEST(Reread, IsKeptAsItIs) {
    const Pass pass{start, start - 3 * day};
    EXPECT_EQ(decode_pass(encode_pass(pass)), pass);
    EXPECT_FALSE(decode_pass("yesterday"));
}

// Whatever the interval and however busy the runs: a pass is done before the next one is due.
RC_GTEST_PROP(Reread, APassIsDoneWithinItsPeriod, ()) {
    const auto& reach = *rc::gen::element(week, depth);
    const Milliseconds interval = *rc::gen::inRange(1, 24 * 60) * 1min;
    RC_PRE(interval * 4 <= reach.period);
    auto pass = Pass{start, start - reach.from};
    auto time = at(start);
    time.interval = interval;
    while (time.now < start + reach.period) {
        time.quiet = *rc::gen::arbitrary<bool>();
        if (const auto part = next_part(pass, reach, time)) pass.read_back_to = part->since;
        time.now += interval;
    }
    RC_ASSERT(pass.read_back_to == start - reach.to);
}

}  // namespace
}  // namespace ringbridge::bridge
