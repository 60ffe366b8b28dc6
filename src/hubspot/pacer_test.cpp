// The pace at which requests leave, as properties of any history of asking.
#include "hubspot/pacer.hpp"

#include <asio.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

namespace ringbridge::hubspot {
namespace {

using namespace std::chrono_literals;
using Lane = Pacer::Lane;

const SteadyTime start{std::chrono::hours{1}};

class Sheet : public SharedTexts {
  public:
    Task<> change(std::string name,
                  std::function<std::string(const std::string&)> change) override {
        auto& text = texts_[name];
        text = change(text);
        co_return;
    }

  private:
    std::map<std::string, std::string> texts_;
};

struct StoppedClock : public Clock {
    SteadyTime moment = start;

    UtcTime now() const override { return {}; }
    SteadyTime steady() const override { return moment; }
    Task<> sleep_until(SteadyTime until) override {
        moment = std::max(moment, until);
        co_return;
    }
};

// One process's pacer, and the sheet that others may share.
struct Desk {
    explicit Desk(int headroom = default_headroom) : pacer{sheet, clock, headroom} {}

    SteadyTime book(Lane lane, SteadyTime now, Pacer::Pace pace = Pacer::Pace::at_once) {
        return book_with(pacer, lane, now, pace);
    }
    SteadyTime book_with(Pacer& one, Lane lane, SteadyTime now,
                         Pacer::Pace pace = Pacer::Pace::at_once) {
        clock.moment = now;
        SteadyTime place;
        asio::co_spawn(loop, one.book(lane, pace), [&](std::exception_ptr failure, SteadyTime at) {
            EXPECT_FALSE(failure);
            place = at;
        });
        loop.restart();
        loop.run();
        return place;
    }

    asio::io_context loop;
    Sheet sheet;
    StoppedClock clock;
    Pacer pacer;
};

// Books after each of these pauses; the pauses are those of the asker, not of the pacer.
std::vector<SteadyTime> book_after(Desk& desk, Lane lane, const std::vector<int>& pauses_ms) {
    std::vector<SteadyTime> booked;
    auto now = desk.clock.moment;
    for (const int pause : pauses_ms) {
        now += Milliseconds{pause};
        booked.push_back(desk.book(lane, now));
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
    Desk desk;
    RC_ASSERT(fullest_window(book_after(desk, Lane::general, any_pauses()), 10s) <= 80U);
    RC_ASSERT(fullest_window(book_after(desk, Lane::search, any_pauses()), 1s) <= 4U);
}

RC_GTEST_PROP(PacerProperty, PlacesAreInTheOrderOfAskingAndNeverInThePast, ()) {
    Desk desk;
    const auto pauses = any_pauses();
    const auto booked = book_after(desk, Lane::general, pauses);
    RC_ASSERT(std::ranges::is_sorted(booked));
    auto now = start;
    for (std::size_t i = 0; i < booked.size(); ++i) {
        now += Milliseconds{pauses[i]};
        RC_ASSERT(booked[i] >= now);
    }
}

RC_GTEST_PROP(PacerProperty, AnyLimitThatIsLearnedMidwayHolds, ()) {
    Desk desk;
    book_after(desk, Lane::general, any_pauses());
    const int limit = *rc::gen::inRange(100, 300);
    desk.pacer.learn_burst_limit(limit);
    const auto booked = book_after(desk, Lane::general, any_pauses());
    RC_ASSERT(fullest_window(booked, 10s) <= static_cast<std::size_t>(limit * 8 / 10));
}

// A command beside the service; a service that was killed and started anew, as often as you like.
RC_GTEST_PROP(PacerProperty, ProcessesThatShareASheetNeverExceedTheWindowTogether, ()) {
    for (const auto& [lane, span, places] :
         {std::tuple{Lane::general, 10'000ms, 80U}, std::tuple{Lane::search, 1'000ms, 4U}}) {
        Desk desk;
        std::array<std::optional<Pacer>, 3> processes;
        std::vector<SteadyTime> booked;
        auto now = start;
        for (const int pause : any_pauses()) {
            now += Milliseconds{pause};
            auto& process = processes[*rc::gen::inRange<std::size_t>(0, processes.size())];
            if (!process || *rc::gen::inRange(0, 20) == 0) process.emplace(desk.sheet, desk.clock);
            const auto pace = *rc::gen::element(Pacer::Pace::at_once, Pacer::Pace::even);
            booked.push_back(desk.book_with(*process, lane, now, pace));
        }
        RC_ASSERT(fullest_window(booked, span) <= places);
    }
}

// The steady clock begins anew with the machine: what was booked before lies in its future.
TEST(Pacer, WhatWasBookedBeforeTheMachineWasStartedAnewHoldsUpNobody) {
    Desk desk;
    for (int i = 0; i < 80; ++i) desk.book(Lane::general, start);
    for (int i = 0; i < 80; ++i) {
        EXPECT_EQ(desk.book(Lane::general, SteadyTime{1min}), SteadyTime{1min}) << i;
    }
    EXPECT_GT(desk.book(Lane::general, SteadyTime{1min}), SteadyTime{70s});
}

TEST(Pacer, LetsAFullWindowGoAtOnceAndThenWaits) {
    Desk desk;
    for (int i = 0; i < 80; ++i) EXPECT_EQ(desk.book(Lane::general, start), start) << i;
    EXPECT_GT(desk.book(Lane::general, start), start + 10s);
}

TEST(Pacer, AHigherLimitOpensMorePlaces) {
    Desk desk;
    desk.pacer.learn_burst_limit(190);
    for (int i = 0; i < 152; ++i) EXPECT_EQ(desk.book(Lane::general, start), start) << i;
    EXPECT_GT(desk.book(Lane::general, start), start + 10s);
}

TEST(Pacer, AMissingOrAbsurdLimitChangesNothing) {
    Desk desk;
    for (const int limit : {0, -1, 9}) desk.pacer.learn_burst_limit(limit);
    for (int i = 0; i < 80; ++i) EXPECT_EQ(desk.book(Lane::general, start), start) << i;
}

TEST(Pacer, WhatIsLeftToOtherAppsCanBeSet) {
    Desk greedy{0}, modest{50};
    for (int i = 0; i < 100; ++i) EXPECT_EQ(greedy.book(Lane::general, start), start) << i;
    EXPECT_GT(greedy.book(Lane::general, start), start + 10s);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(modest.book(Lane::general, start), start) << i;
    EXPECT_GT(modest.book(Lane::general, start), start + 10s);
}

// Many that go evenly use all places there are, and hold up nobody for longer than eight of them.
TEST(Pacer, ManyThatGoEvenlyLeaveAPlaceForWhoeverComes) {
    Desk desk;
    auto now = start;
    for (int i = 0; i < 400; ++i) {
        now = std::max(now, desk.book(Lane::general, now, Pacer::Pace::even));
        if (i % 50 == 49) EXPECT_LE(desk.book(Lane::general, now), now + 1100ms) << i;
    }
    EXPECT_LE(now - start, 408 * 10'020ms / 80);
}

TEST(Pacer, ALaneThatWasToldNoIsHeldForAll) {
    Desk desk;
    desk.book(Lane::general, start);
    desk.pacer.hold(Lane::general, start + 10s);
    desk.pacer.hold(Lane::general, start + 3s);
    EXPECT_EQ(desk.book(Lane::general, start + 1s), start + 10s);
    EXPECT_EQ(desk.book(Lane::general, start + 20s), start + 20s);
    EXPECT_EQ(desk.book(Lane::search, start + 1s), start + 1s);
}

TEST(Pacer, SearchesAndOtherRequestsDoNotWaitForEachOther) {
    Desk desk;
    for (int i = 0; i < 200; ++i) desk.book(Lane::general, start);
    EXPECT_EQ(desk.book(Lane::search, start), start);
}

}  // namespace
}  // namespace ringbridge::hubspot
