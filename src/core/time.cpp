#include "core/time.hpp"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

namespace ringbridge {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// Unix seconds reach this figure in the year 5138, milliseconds passed it in 1973.
constexpr std::int64_t seconds_end = 100'000'000'000;

constexpr Milliseconds longest_span = std::chrono::years{1000};

std::optional<UtcTime> parse_with(const std::string& text, const char* format) {
    std::istringstream in{text};
    date::sys_time<Milliseconds> time;
    in >> date::parse(format, time);
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
    return time;
}

bool fits(std::string_view text, std::string_view shape) {
    if (text.size() != shape.size()) return false;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == 'd' ? !is_digit(text[i]) : text[i] != shape[i]) return false;
    }
    return true;
}

// The easternmost zone is +14:00.
bool is_zone(std::string_view text) {
    if (text == "Z" || text == "z") return true;
    if (!text.starts_with('+') && !text.starts_with('-')) return false;
    const auto offset = text.substr(1);
    return offset < "15" && (fits(offset, "dd") || fits(offset, "dddd") || fits(offset, "dd:dd"));
}

// The library computes with a part that it has not read (a second, a zone's hours): nothing may be
// missing when it begins.
bool has_shape(std::string_view text) {
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
    if (text.size() <= shape.size() || !fits(text.substr(0, shape.size()), shape)) return false;
    auto rest = text.substr(shape.size());
    if (rest[0] == '.') {
        const auto end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        if (end == 1) return false;
        rest.remove_prefix(end);
    }
    return is_zone(rest);
}

// The library reads as many digits of a second's fraction as its type holds: three.
std::string without_microseconds(std::string_view text) {
    std::string shortened{text};
    const auto point = shortened.find('.');
    if (point == std::string::npos) return shortened;
    const auto end = shortened.find_first_not_of("0123456789", point + 1);
    const auto digits = (end == std::string::npos ? shortened.size() : end) - point - 1;
    if (digits > 3) shortened.erase(point + 4, digits - 3);
    return shortened;
}

}  // namespace

std::optional<UtcTime> parse_utc(std::string_view text) {
    if (const auto number = whole_number(text)) {
        if (*number <= 0) return std::nullopt;
        return from_unix_ms(*number < seconds_end ? *number * 1000 : *number);
    }
    auto normal = without_microseconds(text);
    if (normal.size() > 10 && (normal[10] == 't' || normal[10] == ' ')) normal[10] = 'T';
    if (!has_shape(normal)) return std::nullopt;
    if (normal.back() == 'Z' || normal.back() == 'z') {
        normal.pop_back();
        return parse_with(normal, "%FT%T");
    }
    const auto colon_in_zone = normal[normal.size() - 3] == ':';
    return parse_with(normal, colon_in_zone ? "%FT%T%Ez" : "%FT%T%z");
}

std::optional<UtcTime> parse_http_date(std::string_view text) {
    // The library computes with numbers that it has not read: see OfAnotherShape… in the test.
    constexpr std::string_view example = "Sun, 06 Nov 1994 08:49:37 GMT";
    if (text.size() != example.size() || !fits(text.substr(3, 5), ", dd ") ||
        !fits(text.substr(11), " dddd dd:dd:dd GMT")) {
        return std::nullopt;
    }
    return parse_with(std::string{text}, "%a, %d %b %Y %T GMT");
}

std::optional<UtcTime> parse_moment(std::string_view text, UtcTime now) {
    if (const auto span = parse_span(text)) return now - *span;
    return parse_utc(text);
}

std::optional<Milliseconds> parse_span(std::string_view text) {
    if (text == "0") return Milliseconds{0};
    struct Unit {
        std::string_view suffix;
        Milliseconds length;
    };
    using namespace std::chrono_literals;
    static constexpr std::array units{Unit{"ms", 1ms},     Unit{"s", 1s},  Unit{"m", 1min},
                                      Unit{"h", 1h},       Unit{"d", 24h}, Unit{"w", 7 * 24h},
                                      Unit{"y", 365 * 24h}};
    const auto digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos || digits > 9) return std::nullopt;
    const auto count = whole_number(text.substr(0, digits));
    if (!count) return std::nullopt;
    for (const auto& unit : units) {
        if (text.substr(digits) != unit.suffix) continue;
        if (*count > longest_span / unit.length) return std::nullopt;
        return *count * unit.length;
    }
    return std::nullopt;
}

std::string format_utc(UtcTime time) { return date::format("%FT%TZ", time); }

std::int64_t to_unix_ms(UtcTime time) { return time.time_since_epoch().count(); }

UtcTime from_unix_ms(std::int64_t ms) { return UtcTime{Milliseconds{ms}}; }

}  // namespace ringbridge
