// Many bridges begin spread out, each always at the same place.
#include "bridge/first_wait.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

// How many of them begin in the busiest second.
int busiest_second(int bridges, Milliseconds interval) {
    std::map<long, int> seconds;
    for (int i = 0; i < bridges; ++i) {
        const auto wait = first_wait("client-" + std::to_string(i), bridges, interval);
        EXPECT_GE(wait, 0ms);
        EXPECT_LE(wait, interval);
        ++seconds[std::chrono::floor<std::chrono::seconds>(wait).count()];
    }
    return std::ranges::max_element(seconds, {}, [](const auto& one) { return one.second; })
        ->second;
}

TEST(FirstWait, OneBridgeBeginsAtOnce) { EXPECT_EQ(first_wait("main", 1, 5min), 0ms); }

TEST(FirstWait, ABridgeAlwaysHasTheSamePlace) {
    EXPECT_EQ(first_wait("north", 100, 5min), first_wait("north", 100, 5min));
    EXPECT_NE(first_wait("north", 100, 5min), first_wait("south", 100, 5min));
}

// By chance alone the busiest of so many seconds has up to twice the mean where that is small.
TEST(FirstWait, ManyAreSpreadOverTheInterval) {
    EXPECT_LE(busiest_second(10'000, 60s), 10'000 / 60 * 3 / 2);
    EXPECT_LE(busiest_second(10'000, 5min), 2 * 50);
    EXPECT_LE(busiest_second(1'000, 5min), 2 * 50);
}

// On demand only: nothing to spread.
TEST(FirstWait, WithoutAScheduleThereIsNone) { EXPECT_EQ(first_wait("north", 100, 0ms), 0ms); }

}  // namespace
}  // namespace ringbridge::bridge
