#include "bridge/window.hpp"

#include <algorithm>

namespace ringbridge::bridge {

WindowMemory without_future(WindowMemory memory, UtcTime now) {
    for (auto* moment : {&memory.read_until, &memory.day_read_at}) {
        if (*moment > now) moment->reset();
    }
    return memory;
}

TimeRange choose_window(const WindowMemory& memory, Milliseconds overlap, UtcTime now) {
    using namespace std::chrono_literals;
    const auto day_back = now - 24h;
    if (!memory.read_until) return {day_back, now};
    const auto since = *memory.read_until - overlap;
    const bool due = !memory.day_read_at || now - *memory.day_read_at >= 1h;
    return {due ? std::min(since, day_back) : since, now};
}

std::vector<TimeRange> steps_of(TimeRange window) {
    constexpr Milliseconds step = std::chrono::days{30};
    std::vector<TimeRange> steps;
    // From the end, so that the last step is a full one: see Bridge::remember_window.
    for (auto end = window.until; end > window.since || steps.empty(); end -= step) {
        steps.push_back({std::max(window.since, end - step), end});
    }
    std::ranges::reverse(steps);
    return steps;
}

std::vector<TimeRange> without(TimeRange window, std::vector<TimeRange> ranges) {
    std::ranges::sort(ranges, {}, &TimeRange::since);
    std::vector<TimeRange> rest;
    auto since = window.since;
    for (const auto& range : ranges) {
        if (range.until <= since || range.since >= window.until) continue;
        if (range.since > since) rest.push_back({since, range.since});
        since = range.until;
    }
    if (since < window.until) rest.push_back({since, window.until});
    return rest;
}

}  // namespace ringbridge::bridge
