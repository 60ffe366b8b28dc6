#include "bridge/window.hpp"

#include <algorithm>

namespace ringbridge::bridge {

Stretch choose_window(const WindowMemory& memory, Milliseconds overlap, UtcTime now) {
    using namespace std::chrono_literals;
    const auto day_back = now - 24h;
    if (!memory.read_until) return {day_back, now};
    const auto since = *memory.read_until - overlap;
    const bool due = !memory.swept_at || now - *memory.swept_at >= 1h;
    return {due ? std::min(since, day_back) : since, now};
}

std::vector<Stretch> steps_of(Stretch window) {
    constexpr Milliseconds step = std::chrono::days{30};
    std::vector<Stretch> steps;
    // From the end, so that the last one is a whole one: see Bridge::remember_window.
    for (auto end = window.until; end > window.since || steps.empty(); end -= step) {
        steps.push_back({std::max(window.since, end - step), end});
    }
    std::ranges::reverse(steps);
    return steps;
}

}  // namespace ringbridge::bridge
