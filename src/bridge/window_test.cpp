// Which stretch of time a run reads that nobody gave a window.
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
    std::optional<Milliseconds> read_ago, swept_ago;  ///< before now
    Milliseconds back;                                ///< how far the window reaches
};

class ChosenWindow : public testing::TestWithParam<Case> {};

TEST_P(ChosenWindow, ReachesFarEnoughBack) {
    const auto& [name, read_ago, swept_ago, back] = GetParam();
    WindowMemory memory;
    if (read_ago) memory.read_until = now - *read_ago;
    if (swept_ago) memory.swept_at = now - *swept_ago;
    const auto stretch = choose_window(memory, overlap, now);
    EXPECT_EQ(stretch.since, now - back);
    EXPECT_EQ(stretch.until, now);
}

INSTANTIATE_TEST_SUITE_P(
    Bridge, ChosenWindow,
    testing::Values(Case{"the_first_run_reads_a_day", {}, {}, 24h},
                    Case{"soon_after_a_sweep_only_the_overlap", 5min, 30min, 65min},
                    Case{"an_hour_after_a_sweep_a_day_again", 5min, 60min, 24h},
                    Case{"just_under_an_hour_not_yet", 5min, 60min - 1ms, 65min},
                    Case{"never_swept_a_day", 5min, {}, 24h},
                    Case{"after_a_long_outage_all_of_it", 72h, 72h, 73h},
                    Case{"a_long_window_counts_as_a_sweep", 23h, 30min, 24h},
                    Case{"read_ahead_of_the_clock_still_overlaps", -10min, 30min, 50min}),
    [](const auto& the) { return std::string{the.param.name}; });

TEST(ChosenWindow, FollowsTheOverlapThatWasSet) {
    const WindowMemory memory{now - 5min, now - 5min};
    EXPECT_EQ(choose_window(memory, 0ms, now).since, now - 5min);
    EXPECT_EQ(choose_window(memory, 6h, now).since, now - 5min - 6h);
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

TEST(Steps, TheLastIsAWholeOneAndAnEmptyWindowIsOneToo) {
    const auto steps = steps_of({now - std::chrono::days{31}, now});
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps.back().since, now - std::chrono::days{30});
    EXPECT_EQ(steps_of({now, now}).size(), 1U);
    EXPECT_EQ(steps_of({now + 1h, now}).size(), 1U);
}

}  // namespace
}  // namespace ringbridge::bridge
