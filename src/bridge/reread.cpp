#include "bridge/reread.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds day = 24h;
constexpr Milliseconds week = 7 * day;

UtcTime end_of(const Pass& pass, const Reach& reach, const RereadTime& time) {
    return std::max(pass.began - reach.to, time.floor);
}

// How much of a pass is due after this time, if all of it is due after half its period.
Milliseconds share_by(Milliseconds passed, const Reach& reach) {
    const std::chrono::duration<double, std::milli> all = reach.to - reach.from;
    const std::chrono::duration<double, std::milli> time = passed;
    return std::chrono::round<Milliseconds>(all * std::min(1.0, time / (reach.period / 2)));
}

}  // namespace

std::array<Reach, 2> reaches(Milliseconds depth) {
    return {Reach{"reread_week", day, std::min(week, depth), day},
            Reach{"reread_depth", week, depth, week}};
}

Pass current_pass(const std::optional<Pass>& known, const Reach& reach, const RereadTime& time) {
    if (!known) return {time.now, end_of({time.now, {}}, reach, time)};
    const bool from_wrong_clock = known->began > time.now;
    if (!from_wrong_clock && time.now - known->began < reach.period) return *known;
    return {time.now, time.now - reach.from};
}

std::optional<TimeRange> next_part(const Pass& pass, const Reach& reach, const RereadTime& time) {
    const auto end = end_of(pass, reach, time);
    if (pass.read_back_to <= end) return std::nullopt;
    const auto read = pass.began - reach.from - pass.read_back_to;
    if (!time.quiet && read >= share_by(time.now - pass.began, reach)) return std::nullopt;
    const auto part = std::max(day, share_by(time.interval, reach));
    return TimeRange{std::max(end, pass.read_back_to - part), pass.read_back_to};
}

std::string encode_pass(const Pass& pass) {
    return format_utc(pass.began) + ' ' + format_utc(pass.read_back_to);
}

std::optional<Pass> decode_pass(const std::string& text) {
    const auto blank = text.find(' ');
    if (blank == std::string::npos) return std::nullopt;
    const auto began = parse_utc(text.substr(0, blank));
    const auto read_back_to = parse_utc(text.substr(blank + 1));
    if (!began || !read_back_to) return std::nullopt;
    return Pass{*began, *read_back_to};
}

}  // namespace ringbridge::bridge
