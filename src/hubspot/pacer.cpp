#include "hubspot/pacer.hpp"

#include <algorithm>

namespace ringbridge::hubspot {
namespace {

// Until HubSpot has told another one: the lowest there is.
constexpr int lowest_burst_limit = 100;
constexpr int searches_a_second = 5;
constexpr std::size_t together = 8;

int places_of(int limit, int percent) { return std::max(1, limit * percent / 100); }

}  // namespace

Pacer::Pacer(int headroom_percent)
    : percent_{100 - headroom_percent},
      general_{places_of(lowest_burst_limit, percent_), Milliseconds{10'000}, {}, {}},
      search_{places_of(searches_a_second, percent_), Milliseconds{1'000}, {}, {}} {}

SteadyTime Pacer::Window::book(SteadyTime now, Pace pace) {
    // HubSpot counts arrivals, we count departures: the window is a little longer than its own.
    const auto length = span + Milliseconds{20};
    const auto places_now = static_cast<std::size_t>(places);
    while (booked.size() > places_now) booked.pop_front();
    auto when = std::max(now, held_until);
    if (!booked.empty()) when = std::max(when, booked.back());
    if (booked.size() == places_now) when = std::max(when, booked.front() + length);
    // Not each for itself: whoever had to wait for an answer may catch up a little.
    if (pace == Pace::even && booked.size() >= together) {
        const auto together_take = length * static_cast<int>(together) / places;
        when = std::max(when, booked[booked.size() - together] + together_take);
    }
    booked.push_back(when);
    return when;
}

SteadyTime Pacer::book(Lane lane, SteadyTime now, Pace pace) {
    return window(lane).book(now, pace);
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
