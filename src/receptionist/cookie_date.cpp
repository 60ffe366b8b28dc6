#include "receptionist/cookie_date.hpp"

#include "core/parse_number.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <string>

namespace ringbridge::receptionist {
namespace {

std::optional<int> number_in(std::string_view text, std::size_t digits_min,
                             std::size_t digits_max) {
    const bool fits = text.size() >= digits_min && text.size() <= digits_max;
    return fits && text[0] != '-' ? parse_number<int>(text) : std::nullopt;
}

std::optional<std::chrono::seconds> clock_in(std::string_view text) {
    int seconds = 0;
    for (const int end : {24, 60, 60}) {
        const auto part = text.substr(0, text.find(':'));
        const auto number = number_in(part, 1, 2);
        if (!number || *number >= end) return std::nullopt;
        seconds = seconds * 60 + *number;
        text.remove_prefix(std::min(part.size() + 1, text.size()));
    }
    return text.empty() ? std::optional{std::chrono::seconds{seconds}} : std::nullopt;
}

std::optional<unsigned> month_in(std::string_view text) {
    static constexpr std::string_view months = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (text.size() < 3) return std::nullopt;
    const auto at = months.find(lower_case(text.substr(0, 3)));
    if (at == std::string_view::npos || at % 3 != 0) return std::nullopt;
    return static_cast<unsigned>(at / 3 + 1);
}

int whole_year(int year) { return year >= 100 ? year : year + (year >= 70 ? 1900 : 2000); }

}  // namespace

// Each part is recognized by its form, in any order.
std::optional<UtcTime> parse_cookie_date(std::string_view text) {
    std::optional<std::chrono::seconds> clock;
    std::optional<int> day, year;
    std::optional<unsigned> month;
    static constexpr std::string_view delimiters = "\t !\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~";
    while (!text.empty()) {
        const auto part = text.substr(0, text.find_first_of(delimiters));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        if (!clock && (clock = clock_in(part))) continue;
        if (!day && (day = number_in(part, 1, 2))) continue;
        if (!month && (month = month_in(part))) continue;
        if (!year) year = number_in(part, 2, 4);
    }
    if (!clock || !day || !month || !year) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{whole_year(*year)},
                                           std::chrono::month{*month},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date} + *clock;
}

}  // namespace ringbridge::receptionist
