#include "hubspot/pacer.hpp"

#include <algorithm>
#include <charconv>

namespace ringbridge::hubspot {
namespace {

using namespace std::chrono_literals;

// Used until HubSpot reports the real limit: the lowest of all tiers.
constexpr int lowest_burst_limit = 100;
constexpr int searches_a_second = 5;
constexpr std::size_t together = 8;

// HubSpot counts arrivals, we count departures: our windows are longer than HubSpot's by as much as
// one request may take longer on its way than another. Of the many places in ten seconds some are
// left over for that; of five searches only one is.
constexpr Milliseconds margin = 20ms, search_margin = 100ms;

// Nothing is booked this far ahead: such a place is from before a reboot.
constexpr Milliseconds furthest = 2min;

// More than any account may send in ten seconds: older places need not be kept.
constexpr std::size_t most_kept = 500;

int places_of(int limit, int percent) { return std::max(1, limit * percent / 100); }

std::string encode(const std::vector<SteadyTime>& places) {
    std::string text;
    for (const auto place : places) {
        text += std::to_string(place.time_since_epoch().count()) + ' ';
    }
    return text;
}

// Those that still count, oldest first.
std::vector<SteadyTime> decode(const std::string& text, SteadyTime from, SteadyTime to) {
    std::vector<SteadyTime> places;
    const auto* at = text.data();
    const auto* const end = at + text.size();
    Milliseconds::rep ms = 0;
    for (;;) {
        const auto [after, error] = std::from_chars(at, end, ms);
        if (error != std::errc{}) return places;
        const SteadyTime place{Milliseconds{ms}};
        if (place > from && place <= to) places.push_back(place);
        at = std::min(after + 1, end);
    }
}

}  // namespace

Pacer::Pacer(SharedTexts& booked, const Clock& clock, int headroom_percent)
    : booked_{booked},
      clock_{clock},
      percent_{100 - headroom_percent},
      general_{"general", places_of(lowest_burst_limit, percent_), 10s + margin, {}},
      search_{"search", places_of(searches_a_second, percent_), 1s + search_margin, {}} {}

SteadyTime Pacer::Window::next_place(const std::vector<SteadyTime>& booked, SteadyTime now,
                                     Pace pace) const {
    auto when = std::max(now, held_until);
    if (!booked.empty()) when = std::max(when, booked.back());
    const auto all = static_cast<std::size_t>(places);
    if (booked.size() >= all) when = std::max(when, booked[booked.size() - all] + span);
    // Spaced by group, not one by one: a caller that waited for a response may catch up a little.
    if (pace == Pace::even && booked.size() >= together) {
        const auto together_take = span * static_cast<int>(together) / places;
        when = std::max(when, booked[booked.size() - together] + together_take);
    }
    return when;
}

Task<SteadyTime> Pacer::book(Lane lane, Pace pace) {
    const auto limit = window(lane);  // a copy: the change may run on another thread
    SteadyTime place;
    co_await booked_.change(limit.name, [&](const std::string& text) {
        const auto now = clock_.steady();
        auto booked = decode(text, now - limit.span, now + furthest);
        place = limit.next_place(booked, now, pace);
        booked.push_back(place);
        if (booked.size() > most_kept) booked.erase(booked.begin());
        return encode(booked);
    });
    co_return place;
}

void Pacer::hold(Lane lane, SteadyTime until) {
    auto& held_until = window(lane).held_until;
    held_until = std::max(held_until, until);
}

Pacer::Window& Pacer::window(Lane lane) { return lane == Lane::search ? search_ : general_; }

void Pacer::learn_burst_limit(int requests_in_ten_seconds) {
    if (requests_in_ten_seconds >= 10)
        general_.places = places_of(requests_in_ten_seconds, percent_);
}

}  // namespace ringbridge::hubspot
