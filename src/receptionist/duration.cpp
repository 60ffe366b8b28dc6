#include "receptionist/duration.hpp"

#include "core/parse_number.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace ringbridge::receptionist {
namespace {

constexpr double longest_call_s = 1e7;  // 115 days: anything longer is not a call's duration

struct Unit {
    std::string_view name;
    double seconds;
};
constexpr std::array units{
    Unit{"ms", 0.001},    Unit{"millisecond", 0.001},
    Unit{"s", 1},         Unit{"sec", 1},
    Unit{"second", 1},    Unit{"m", 60},
    Unit{"sek", 1},       Unit{"sekunde", 1},
    Unit{"sekunden", 1},  Unit{"seg", 1},
    Unit{"segundo", 1},   Unit{"seconde", 1},
    Unit{"minute", 60},   Unit{"minuten", 60},
    Unit{"minuto", 60},   Unit{"std", 3600},
    Unit{"stunde", 3600}, Unit{"stunden", 3600},
    Unit{"hora", 3600},   Unit{"heure", 3600},
    Unit{"secondo", 1},   Unit{"secondi", 1},
    Unit{"minuti", 60},   Unit{"ora", 3600},
    Unit{"min", 60},      Unit{"h", 3600},
    Unit{"hr", 3600},     Unit{"hour", 3600},
    Unit{"d", 86'400},    Unit{"day", 86'400},
};

std::optional<double> take_number(std::string_view& text) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

// The unit's length in seconds.
std::optional<double> take_unit(std::string_view& text) {
    text = trim(text);
    const auto letters = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz");
    auto name = text.substr(0, letters);
    text.remove_prefix(name.size());
    if (text.starts_with('.')) text.remove_prefix(1);  // `2 Min. 5 Sek.`
    if (name.size() > 2 && name.ends_with('s')) name.remove_suffix(1);
    const auto* const unit = std::ranges::find(units, name, &Unit::name);
    return unit == units.end() ? std::nullopt : std::optional{unit->seconds};
}

// `1,5` as `1.5`: a comma between digits, where there is no point.
std::string with_point(std::string text) {
    const auto comma = text.find(',');
    const auto is_digit = [&](std::size_t at) {
        return at < text.size() && text[at] >= '0' && text[at] <= '9';
    };
    const bool decimal = comma != std::string::npos && comma > 0 && is_digit(comma - 1) &&
                         is_digit(comma + 1) && !text.contains('.');
    if (decimal) text[comma] = '.';
    return text;
}

// `1:02:03`; a single part is in seconds.
std::optional<double> parse_clock(std::string_view text) {
    double seconds = 0;
    for (;;) {
        const auto part = take_number(text);
        if (!part) return std::nullopt;
        seconds = seconds * 60 + *part;
        if (text.empty()) return seconds;
        if (!text.starts_with(':')) return std::nullopt;
        text.remove_prefix(1);
    }
}

// `4m 7s`, in lower case.
std::optional<double> parse_units(std::string_view text) {
    double seconds = 0;
    for (;;) {
        const auto count = take_number(text);
        const auto unit = count ? take_unit(text) : std::nullopt;
        if (!unit) return std::nullopt;
        seconds += *count * *unit;
        if (text.empty()) return seconds;
        if (text.starts_with(',')) text.remove_prefix(1);
        text = trim(text);
        if (text.starts_with("and ")) text = trim(text.substr(4));
    }
}

// `pt4m7s`, `p1dt2h`: only days may precede the `t`; an `m` there would mean months.
std::optional<double> parse_iso(std::string_view text) {
    text.remove_prefix(1);
    const auto time = text.find('t');
    const auto days = text.substr(0, time);
    const auto rest = time == std::string_view::npos ? std::string_view{} : text.substr(time + 1);
    if (!days.empty() && !days.ends_with('d')) return std::nullopt;
    return parse_units(std::string{days}.append(rest));
}

}  // namespace

std::optional<std::chrono::seconds> to_duration(double seconds) {
    if (!(seconds >= 0 && seconds <= longest_call_s)) return std::nullopt;
    return std::chrono::seconds{std::llround(seconds)};
}

std::optional<double> parse_decimal(std::string_view text) {
    return parse_number<double>(with_point(std::string{trim(text)}));
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
    const auto plain = with_point(lower_case(trim(text)));
    auto seconds = parse_clock(plain);
    if (!seconds) seconds = plain.starts_with('p') ? parse_iso(plain) : parse_units(plain);
    return seconds ? to_duration(*seconds) : std::nullopt;
}

}  // namespace ringbridge::receptionist
