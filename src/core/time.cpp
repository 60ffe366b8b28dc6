#include "core/time.hpp"

#include "core/parse_number.hpp"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <limits>
#include <sstream>

namespace ringbridge {
namespace {

// Unix seconds reach the first limit in the year 5138, milliseconds passed it in 1973; each of the
// others is the same time in the next finer unit.
constexpr std::int64_t seconds_end = 100'000'000'000;
constexpr std::int64_t milliseconds_end = seconds_end * 1000;
constexpr std::int64_t microseconds_end = milliseconds_end * 1000;

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

// Consumes a prefix of this shape (`d` for a digit).
bool take(std::string_view& text, std::string_view shape) {
    if (!fits(text.substr(0, shape.size()), shape)) return false;
    text.remove_prefix(shape.size());
    return true;
}

int number_in(std::string_view digits) {
    return static_cast<int>(parse_number<std::int64_t>(digits).value_or(0));
}

// Consumes `:05.123` or `:05,123456`; seconds are optional.
std::optional<Milliseconds> take_seconds(std::string_view& text) {
    if (!text.starts_with(':')) return Milliseconds{0};
    const auto whole = text.substr(1);
    if (!take(text, ":dd") || whole.substr(0, 2) > "60") return std::nullopt;  // 60: a leap second
    auto fraction = std::string{"000"};
    if (text.starts_with('.') || text.starts_with(',')) {
        const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
        if (end == 1) return std::nullopt;
        const auto digits = text.substr(1, std::min<std::size_t>(end - 1, 3));
        fraction.replace(0, digits.size(), digits);
        text.remove_prefix(end);
    }
    return std::chrono::seconds{number_in(whole.substr(0, 2))} + Milliseconds{number_in(fraction)};
}

bool is_utc(std::string_view zone) {
    return zone == "Z" || zone == "z" || zone == "UTC" || zone == "GMT";
}

// How far ahead of UTC. Go writes `+0000 UTC`, Java `-04:00[America/New_York]`: the number counts.
std::optional<Milliseconds> zone_offset(std::string_view zone) {
    if (zone.starts_with(' ')) zone.remove_prefix(1);
    if (zone.ends_with(']')) zone = zone.substr(0, zone.find('['));
    if (is_utc(zone)) return Milliseconds{0};
    if (zone.size() > 4 && zone.ends_with(" UTC")) zone.remove_suffix(4);
    if (!zone.starts_with('+') && !zone.starts_with('-')) return std::nullopt;
    const auto offset = zone.substr(1);
    if (!fits(offset, "dd") && !fits(offset, "dddd") && !fits(offset, "dd:dd")) return std::nullopt;
    const auto hours = number_in(offset.substr(0, 2));
    const auto minutes = offset.size() == 2 ? 0 : number_in(offset.substr(offset.size() - 2));
    if (hours > 14 || minutes > 59) return std::nullopt;  // the easternmost zone is +14:00
    const Milliseconds ahead = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    return zone.front() == '-' ? -ahead : ahead;
}

// `Sun, 06 Nov 1994 08:49:37 GMT`, or with an offset.
std::optional<UtcTime> parse_mail_date(std::string_view text) {
    // The library computes with values that it failed to parse; a test covers them.
    constexpr std::size_t date = std::string_view{"Sun, 06 Nov 1994 08:49:37"}.size();
    if (text.size() < date || !fits(text.substr(3, 5), ", dd ") ||
        !fits(text.substr(11, date - 11), " dddd dd:dd:dd")) {
        return std::nullopt;
    }
    const auto time = parse_with(std::string{text.substr(0, date)}, "%a, %d %b %Y %T");
    const auto ahead = zone_offset(text.substr(date));
    if (!time || !ahead) return std::nullopt;
    return *time - *ahead;
}

std::optional<UtcTime> parse_number(std::int64_t number) {
    // The largest value is how some systems write "never".
    if (number <= 0 || number == std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    if (number < seconds_end) return from_unix_ms(number * 1000);
    if (number < milliseconds_end) return from_unix_ms(number);
    return from_unix_ms(number < microseconds_end ? number / 1000 : number / 1'000'000);
}

}  // namespace

std::optional<UtcTime> parse_utc(std::string_view text) {
    if (const auto number = parse_number<std::int64_t>(text)) return parse_number(*number);
    auto rest = text;
    if (!take(rest, "dddd-dd-dd")) return parse_mail_date(text);
    if (rest.empty() || !std::string_view{"Tt "}.contains(rest.front())) return std::nullopt;
    rest.remove_prefix(1);
    const auto clock = rest;
    if (!take(rest, "dd:dd") || clock.substr(0, 2) > "23" || clock.substr(3, 2) > "59") {
        return std::nullopt;
    }
    const auto seconds = take_seconds(rest);
    const auto ahead = zone_offset(rest);
    const std::chrono::year_month_day day{
        std::chrono::year{number_in(text.substr(0, 4))},
        std::chrono::month{static_cast<unsigned>(number_in(text.substr(5, 2)))},
        std::chrono::day{static_cast<unsigned>(number_in(text.substr(8, 2)))}};
    if (!seconds || !ahead || !day.ok()) return std::nullopt;
    return std::chrono::sys_days{day} + std::chrono::hours{number_in(clock.substr(0, 2))} +
           std::chrono::minutes{number_in(clock.substr(3, 2))} + *seconds - *ahead;
}

std::optional<UtcTime> parse_http_date(std::string_view text) {
    return text.ends_with(" GMT") ? parse_mail_date(text) : std::nullopt;
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
    const auto count = parse_number<std::int64_t>(text.substr(0, digits));
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
