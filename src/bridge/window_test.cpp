// Which time range a run reads if it was given no window.
#include "bridge/window.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

const UtcTime now = *parse_utc("2026-11-23T09:00:00Z");
constexpr Milliseconds overlap = 60min;

struct Case {
    const char* name;
    std::optional<Milliseconds> read_ago, day_ago;  ///< before now
    Milliseconds back;                              ///< how far the window reaches
};

class ChosenWindow : public testing::TestWithParam<Case> {};

TEST_P(ChosenWindow, ReachesFarEnoughBack) {
    const auto& [name, read_ago, day_ago, back] = GetParam();
    WindowMemory memory;
    if (read_ago) memory.read_until = now - *read_ago;
    if (day_ago) memory.day_read_at = now - *day_ago;
    const auto window = choose_window(memory, overlap, now);
    EXPECT_EQ(window.since, now - back);
    EXPECT_EQ(window.until, now);
}

INSTANTIATE_TEST_SUITE_P(
    Bridge, ChosenWindow,
    testing::Values(Case{"the_first_run_reads_a_day", {}, {}, 24h},
                    Case{"soon_after_a_whole_day_only_the_overlap", 5min, 30min, 65min},
                    Case{"an_hour_after_a_whole_day_a_day_again", 5min, 60min, 24h},
                    Case{"just_under_an_hour_not_yet", 5min, 60min - 1ms, 65min},
                    Case{"never_read_a_whole_day_a_day", 5min, {}, 24h},
                    Case{"after_a_long_outage_all_of_it", 72h, 72h, 73h},
                    Case{"a_long_window_counts_as_a_whole_day", 23h, 30min, 24h},
                    Case{"read_ahead_of_the_clock_still_overlaps", -10min, 30min, 50min}),
    [](const auto& the) { return std::string{the.param.name}; });

TEST(ChosenWindow, FollowsTheOverlapThatWasSet) {
    const WindowMemory memory{now - 5min, now - 5min};
    EXPECT_EQ(choose_window(memory, 0ms, now).since, now - 5min);
    EXPECT_EQ(choose_window(memory, 6h, now).since, now - 5min - 6h);
}

TEST(WindowMemory, DropsTimesInTheFuture) {
    const auto memory = without_future({now + 1ms, now}, now);
    EXPECT_FALSE(memory.read_until);
    EXPECT_EQ(memory.day_read_at, now);
}

RC_GTEST_PROP(Without, LeavesAllButTheRanges, (const std::vector<std::pair<short, short>>& spans)) {
    const TimeRange window{now, now + 10min};
    std::vector<TimeRange> ranges;
    for (const auto& [start, length] : spans) {
        const auto since = now + Milliseconds{start * 20};
        ranges.push_back({since, since + Milliseconds{std::abs(int{length}) * 10 + 1}});
    }
    const auto rest = without(window, ranges);
    const auto moment = now + Milliseconds{*rc::gen::inRange(0, 600'000)};
    const auto within = [&](const TimeRange& range) {
        return range.since <= moment && moment < range.until;
    };
    RC_ASSERT(std::ranges::any_of(rest, within) != std::ranges::any_of(ranges, within));
}

RC_GTEST_PROP(Steps, MakeUpTheWindowWithoutAGap, ()) {
    const auto span = Milliseconds{*rc::gen::inRange(0LL, 100'000'000'000LL)};
    const auto steps = steps_of({now - span, now});
    RC_ASSERT(steps.front().since == now - span);
    RC_ASSERT(steps.back().until == now);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        RC_ASSERT(steps[i].until - steps[i].since <= std::chrono::days{30});
        if (i > 0) RC_ASSERT(steps[i].since == steps[i - 1].until);
    }
}

TEST(Steps, TheLastIsAFullOneAndAnEmptyWindowIsOneStep) {
    const auto steps = steps_of({now - std::chrono::days{31}, now});
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps.back().since, now - std::chrono::days{30});
    EXPECT_EQ(steps_of({now, now}).size(), 1U);
    EXPECT_EQ(steps_of({now + 1h, now}).size(), 1U);
}

}  // namespace
}  // namespace ringbridge::bridge
