#include "hubspot/pacer.hpp"

#include <algorithm>

namespace ringbridge::hubspot {

UtcTime Pacer::Window::book(UtcTime now) {
    // HubSpot counts arrivals, we count departures: the window is a little longer than its own.
    const auto length = span + span / 20;
    const auto places_now = static_cast<std::size_t>(places);
    while (booked.size() > places_now) booked.pop_front();
    auto when = booked.empty() ? now : std::max(now, booked.back());
    if (booked.size() == places_now) when = std::max(when, booked.front() + length);
    booked.push_back(when);
    return when;
}

UtcTime Pacer::book(Lane lane, UtcTime now) {
    return lane == Lane::search ? search_.book(now) : general_.book(now);
}

void Pacer::learn_burst_limit(int requests_in_ten_seconds) {
    if (requests_in_ten_seconds >= 10) general_.places = requests_in_ten_seconds * 9 / 10;
}

}  // namespace ringbridge::hubspot
