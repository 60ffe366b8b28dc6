// The pace at which requests leave, as properties of any history of asking.
#include "hubspot/pacer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace ringbridge::hubspot {
namespace {

using namespace std::chrono_literals;
using Lane = Pacer::Lane;

const SteadyTime start{std::chrono::hours{1}};

// Books after each of these pauses; the pauses are those of the asker, not of the pacer.
std::vector<SteadyTime> book_after(Pacer& pacer, Lane lane, const std::vector<int>& pauses_ms) {
    std::vector<SteadyTime> booked;
    auto now = start;
    for (const int pause : pauses_ms) {
        now += Milliseconds{pause};
        booked.push_back(pacer.book(lane, now));
    }
    return booked;
}

// The most bookings that any window of this length holds.
std::size_t fullest_window(const std::vector<SteadyTime>& booked, Milliseconds span) {
    std::size_t most = 0;
    for (auto first = booked.begin(); first != booked.end(); ++first) {
        const auto end = std::ranges::find_if(
            first, booked.end(), [&](SteadyTime time) { return time >= *first + span; });
        most = std::max(most, static_cast<std::size_t>(end - first));
    }
    return most;
}

std::vector<int> any_pauses() {
    return *rc::gen::container<std::vector<int>>(
        400, rc::gen::weightedOneOf<int>({{8, rc::gen::just(0)},
                                          {4, rc::gen::inRange(0, 300)},
                                          {1, rc::gen::inRange(0, 20'000)}}));
}

RC_GTEST_PROP(PacerProperty, NoWindowHoldsMoreThanItsPlaces, ()) {
    Pacer pacer;
    RC_ASSERT(fullest_window(book_after(pacer, Lane::general, any_pauses()), 10s) <= 80U);
    RC_ASSERT(fullest_window(book_after(pacer, Lane::search, any_pauses()), 1s) <= 4U);
}

RC_GTEST_PROP(PacerProperty, PlacesAreInTheOrderOfAskingAndNeverInThePast, ()) {
    Pacer pacer;
    const auto pauses = any_pauses();
    const auto booked = book_after(pacer, Lane::general, pauses);
    RC_ASSERT(std::ranges::is_sorted(booked));
    auto now = start;
    for (std::size_t i = 0; i < booked.size(); ++i) {
        now += Milliseconds{pauses[i]};
        RC_ASSERT(booked[i] >= now);
    }
}

RC_GTEST_PROP(PacerProperty, AnyLimitThatIsLearnedMidwayHolds, ()) {
    Pacer pacer;
    book_after(pacer, Lane::general, any_pauses());
    const int limit = *rc::gen::inRange(10, 300);
    pacer.learn_burst_limit(limit);
    const auto booked = book_after(pacer, Lane::general, any_pauses());
    RC_ASSERT(fullest_window(booked, 10s) <= static_cast<std::size_t>(limit * 8 / 10));
}

TEST(Pacer, LetsAFullWindowGoAtOnceAndThenWaits) {
    Pacer pacer;
    for (int i = 0; i < 80; ++i) EXPECT_EQ(pacer.book(Lane::general, start), start) << i;
    EXPECT_GT(pacer.book(Lane::general, start), start + 10s);
}

TEST(Pacer, AHigherLimitOpensMorePlaces) {
    Pacer pacer;
    pacer.learn_burst_limit(190);
    for (int i = 0; i < 152; ++i) EXPECT_EQ(pacer.book(Lane::general, start), start) << i;
    EXPECT_GT(pacer.book(Lane::general, start), start + 10s);
}

TEST(Pacer, AMissingOrAbsurdLimitChangesNothing) {
    Pacer pacer;
    for (const int limit : {0, -1, 9}) pacer.learn_burst_limit(limit);
    for (int i = 0; i < 80; ++i) EXPECT_EQ(pacer.book(Lane::general, start), start) << i;
}

TEST(Pacer, WhatIsLeftToOtherAppsCanBeSet) {
    Pacer greedy{0}, modest{50};
    for (int i = 0; i < 100; ++i) EXPECT_EQ(greedy.book(Lane::general, start), start) << i;
    EXPECT_GT(greedy.book(Lane::general, start), start + 10s);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(modest.book(Lane::general, start), start) << i;
    EXPECT_GT(modest.book(Lane::general, start), start + 10s);
}

// Many that go evenly use all places there are, and hold up nobody for longer than eight of them.
TEST(Pacer, ManyThatGoEvenlyLeaveAPlaceForWhoeverComes) {
    Pacer pacer;
    auto now = start;
    for (int i = 0; i < 400; ++i) {
        now = std::max(now, pacer.book(Lane::general, now, Pacer::Pace::even));
        if (i % 50 == 49) EXPECT_LE(pacer.book(Lane::general, now), now + 1100ms) << i;
    }
    EXPECT_LE(now - start, 408 * 10'020ms / 80);
}

TEST(Pacer, ALaneThatWasToldNoIsHeldForAll) {
    Pacer pacer;
    pacer.book(Lane::general, start);
    pacer.hold(Lane::general, start + 10s);
    pacer.hold(Lane::general, start + 3s);
    EXPECT_EQ(pacer.book(Lane::general, start + 1s), start + 10s);
    EXPECT_EQ(pacer.book(Lane::general, start + 20s), start + 20s);
    EXPECT_EQ(pacer.book(Lane::search, start + 1s), start + 1s);
}

TEST(Pacer, SearchesAndOtherRequestsDoNotWaitForEachOther) {
    Pacer pacer;
    for (int i = 0; i < 200; ++i) pacer.book(Lane::general, start);
    EXPECT_EQ(pacer.book(Lane::search, start), start);
}

}  // namespace
}  // namespace ringbridge::hubspot
