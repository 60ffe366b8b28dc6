// The pace of requests, as properties of any sequence of bookings.
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

class MemoryTexts : public SharedTexts {
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

// One process's pacer, and the bookings that other processes may share.
struct Fixture {
    explicit Fixture(int headroom = default_headroom) : pacer{texts, clock, headroom} {}

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
    MemoryTexts texts;
    StoppedClock clock;
    Pacer pacer;
};

// Books after each of these pauses; the pauses are the caller's, not the pacer's.
std::vector<SteadyTime> book_after(Fixture& fixture, Lane lane, const std::vector<int>& pauses_ms) {
    std::vector<SteadyTime> booked;
    auto now = fixture.clock.moment;
    for (const int pause : pauses_ms) {
        now += Milliseconds{pause};
        booked.push_back(fixture.book(lane, now));
    }
    return booked;
}

// The most bookings in any window of this length.
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
        200, rc::gen::weightedOneOf<int>({{8, rc::gen::just(0)},
                                          {4, rc::gen::inRange(0, 300)},
                                          {1, rc::gen::inRange(0, 20'000)}}));
}

RC_GTEST_PROP(PacerProperty, NoWindowHoldsMoreThanItsPlaces, ()) {
    Fixture fixture;
    RC_ASSERT(fullest_window(book_after(fixture, Lane::general, any_pauses()), 10s) <= 80U);
    RC_ASSERT(fullest_window(book_after(fixture, Lane::search, any_pauses()), 1s) <= 4U);
}

// HubSpot counts what arrives.
RC_GTEST_PROP(PacerProperty, SearchesThatTravelForDifferentTimesKeepHubSpotsLimit, ()) {
    Fixture fixture;
    auto arrivals = book_after(fixture, Lane::search, any_pauses());
    for (auto& time : arrivals) time += Milliseconds{*rc::gen::inRange(0, 100)};
    std::ranges::sort(arrivals);
    RC_ASSERT(fullest_window(arrivals, 1s) <= 5U);
}

RC_GTEST_PROP(PacerProperty, PlacesAreInBookingOrderAndNeverInThePast, ()) {
    Fixture fixture;
    const auto pauses = any_pauses();
    const auto booked = book_after(fixture, Lane::general, pauses);
    RC_ASSERT(std::ranges::is_sorted(booked));
    auto now = start;
    for (std::size_t i = 0; i < booked.size(); ++i) {
        now += Milliseconds{pauses[i]};
        RC_ASSERT(booked[i] >= now);
    }
}

RC_GTEST_PROP(PacerProperty, AnyLimitThatIsLearnedMidwayHolds, ()) {
    Fixture fixture;
    book_after(fixture, Lane::general, any_pauses());
    const int limit = *rc::gen::inRange(100, 300);
    fixture.pacer.learn_burst_limit(limit);
    const auto booked = book_after(fixture, Lane::general, any_pauses());
    RC_ASSERT(fullest_window(booked, 10s) <= static_cast<std::size_t>(limit * 8 / 10));
}

// A command beside the service; a service that is killed and restarted any number of times.
RC_GTEST_PROP(PacerProperty, ProcessesThatShareBookingsNeverExceedTheWindowTogether, ()) {
    for (const auto& [lane, span, places] :
         {std::tuple{Lane::general, 10'000ms, 80U}, std::tuple{Lane::search, 1'000ms, 4U}}) {
        Fixture fixture;
        std::array<std::optional<Pacer>, 3> processes;
        std::vector<SteadyTime> booked;
        auto now = start;
        for (const int pause : any_pauses()) {
            now += Milliseconds{pause};
            auto& process = processes[*rc::gen::inRange<std::size_t>(0, processes.size())];
            if (!process || *rc::gen::inRange(0, 20) == 0)
                process.emplace(fixture.texts, fixture.clock);
            const auto pace = *rc::gen::element(Pacer::Pace::at_once, Pacer::Pace::even);
            booked.push_back(fixture.book_with(*process, lane, now, pace));
        }
        RC_ASSERT(fullest_window(booked, span) <= places);
    }
}

// The steady clock restarts at boot: earlier bookings are in its future.
TEST(Pacer, BookingsFromBeforeARebootDelayNobody) {
    Fixture fixture;
    for (int i = 0; i < 80; ++i) fixture.book(Lane::general, start);
    for (int i = 0; i < 80; ++i) {
        EXPECT_EQ(fixture.book(Lane::general, SteadyTime{1min}), SteadyTime{1min}) << i;
    }
    EXPECT_GT(fixture.book(Lane::general, SteadyTime{1min}), SteadyTime{70s});
}

TEST(Pacer, SendsAFullWindowAtOnceAndThenWaits) {
    Fixture fixture;
    for (int i = 0; i < 80; ++i) EXPECT_EQ(fixture.book(Lane::general, start), start) << i;
    EXPECT_GT(fixture.book(Lane::general, start), start + 10s);
}

TEST(Pacer, AHigherLimitOpensMorePlaces) {
    Fixture fixture;
    fixture.pacer.learn_burst_limit(190);
    for (int i = 0; i < 152; ++i) EXPECT_EQ(fixture.book(Lane::general, start), start) << i;
    EXPECT_GT(fixture.book(Lane::general, start), start + 10s);
}

TEST(Pacer, AMissingOrAbsurdLimitChangesNothing) {
    Fixture fixture;
    for (const int limit : {0, -1, 9}) fixture.pacer.learn_burst_limit(limit);
    for (int i = 0; i < 80; ++i) EXPECT_EQ(fixture.book(Lane::general, start), start) << i;
}

TEST(Pacer, TheHeadroomForOtherAppsIsConfigurable) {
    Fixture greedy{0}, modest{50};
    for (int i = 0; i < 100; ++i) EXPECT_EQ(greedy.book(Lane::general, start), start) << i;
    EXPECT_GT(greedy.book(Lane::general, start), start + 10s);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(modest.book(Lane::general, start), start) << i;
    EXPECT_GT(modest.book(Lane::general, start), start + 10s);
}

// Evenly paced requests use every place, and delay others by no more than eight of them.
TEST(Pacer, EvenlyPacedRequestsLeaveRoomForOthers) {
    Fixture fixture;
    auto now = start;
    for (int i = 0; i < 400; ++i) {
        now = std::max(now, fixture.book(Lane::general, now, Pacer::Pace::even));
        if (i % 50 == 49) EXPECT_LE(fixture.book(Lane::general, now), now + 1100ms) << i;
    }
    EXPECT_LE(now - start, 408 * 10'020ms / 80);
}

TEST(Pacer, AHeldLaneDelaysAllItsRequests) {
    Fixture fixture;
    fixture.book(Lane::general, start);
    fixture.pacer.hold(Lane::general, start + 10s);
    fixture.pacer.hold(Lane::general, start + 3s);
    EXPECT_EQ(fixture.book(Lane::general, start + 1s), start + 10s);
    EXPECT_EQ(fixture.book(Lane::general, start + 20s), start + 20s);
    EXPECT_EQ(fixture.book(Lane::search, start + 1s), start + 1s);
}

TEST(Pacer, SearchesAndOtherRequestsDoNotWaitForEachOther) {
    Fixture fixture;
    for (int i = 0; i < 200; ++i) fixture.book(Lane::general, start);
    EXPECT_EQ(fixture.book(Lane::search, start), start);
}

}  // namespace
}  // namespace ringbridge::hubspot
