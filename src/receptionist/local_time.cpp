#include "receptionist/local_time.hpp"

#include "core/check.hpp"
#include "core/text.hpp"

#include <date/tz.h>

#include <array>
#include <sstream>

namespace ringbridge::receptionist {
namespace {

const date::time_zone* find_zone(const std::string& name) {
    try {
        return date::locate_zone(name);
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

template <class Time>
std::optional<Time> parse_whole(std::string_view text, const std::string& format) {
    std::istringstream stream{std::string{text}};
    Time time{};
    stream >> date::parse(format, time);
    if (stream.fail() || (stream.peek(), !stream.eof())) return std::nullopt;
    return time;
}

std::optional<UtcTime> in_zone(date::local_time<Milliseconds> local, const std::string& zone) {
    const auto* found = find_zone(zone);
    if (found == nullptr) return std::nullopt;
    return found->to_sys(local, date::choose::earliest);
}

}  // namespace

bool is_time_zone(const std::string& name) { return find_zone(name) != nullptr; }

std::string format_date(UtcTime time, const std::string& zone) {
    const auto* found = find_zone(zone);
    check(found != nullptr, "a profile's zones were checked when it was read");
    return date::format("%F", found->to_local(time));
}

bool names_zone(std::string_view format) { return format.contains("%z"); }

std::optional<UtcTime> parse_local(std::string_view text, const std::string& format,
                                   const std::string& zone) {
    using Local = date::local_time<Milliseconds>;
    const auto trimmed = trim(text);
    if (names_zone(format)) return parse_whole<UtcTime>(trimmed, format);
    if (!format.empty()) {
        const auto local = parse_whole<Local>(trimmed, format);
        return local ? in_zone(*local, zone) : std::nullopt;
    }
    static const std::array<std::string, 4> usual{"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S",
                                                  "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"};
    for (const auto& one : usual) {
        if (const auto local = parse_whole<Local>(trimmed, one)) return in_zone(*local, zone);
    }
    return std::nullopt;
}

}  // namespace ringbridge::receptionist
