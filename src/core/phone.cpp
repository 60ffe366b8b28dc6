#include "core/phone.hpp"

#include "core/address.hpp"
#include "core/text.hpp"

#include <phonenumbers/phonenumbermatch.h>
#include <phonenumbers/phonenumbermatcher.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>

namespace ringbridge {
namespace {

namespace lib = i18n::phonenumbers;

const lib::PhoneNumberUtil& library() { return *lib::PhoneNumberUtil::GetInstance(); }

std::string digits_of(std::string_view text) {
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits),
                         [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

// What carriers send in place of a hidden number: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and
// UNAVAILABLE on a keypad (Twilio, "Why am I getting calls from these strange numbers?", which has
// RESTRICTED with a typo).
constexpr std::array keypad_placeholders{"266696687",   "7378742833", "7378742883", "2562533",
                                         "86282452253", "8656696",    "464"};
constexpr std::array withheld_words{"anonymous",    "withheld",      "restricted",  "private",
                                    "blocked",      "unavailable",   "unknown",     "no caller id",
                                    "hidden",       "not available", "undisclosed", "no number",
                                    "not provided", "unidentified",  "out of area"};

// Some platforms put a country code before it.
bool is_keypad_placeholder(std::string_view digits) {
    const auto is = [](std::string_view text) {
        return std::ranges::find(keypad_placeholders, text) != keypad_placeholders.end();
    };
    return is(digits) || (digits.starts_with('1') && is(digits.substr(1)));
}

bool is_withheld(std::string_view text) {
    const auto lowered = lower_case(text);
    const bool says_so = std::ranges::any_of(withheld_words, [&](std::string_view word) {
        return lowered.find(word) != std::string::npos;
    });
    return says_so || is_keypad_placeholder(digits_of(text));
}

std::string format(const lib::PhoneNumber& number, lib::PhoneNumberUtil::PhoneNumberFormat form) {
    std::string text;
    library().Format(number, form, &text);
    return text;
}

PhoneNumber from_library(const lib::PhoneNumber& number) {
    return {.e164 = format(number, lib::PhoneNumberUtil::E164),
            .extension = number.has_extension() ? number.extension() : std::string{}};
}

lib::PhoneNumber to_library(const PhoneNumber& number) {
    lib::PhoneNumber parsed;
    library().Parse(number.e164, "ZZ", &parsed);
    return parsed;
}

// In North America neither the area code nor the exchange begins with 0 or 1 (North American
// Numbering Plan Administration, format of a number).
bool breaks_north_american_plan(const lib::PhoneNumber& number, const std::string& local) {
    return number.country_code() == 1 && local.size() == 10 && (local[0] < '2' || local[3] < '2');
}

// Full length is enough: the library's list of valid prefixes is as old as its package, and area
// codes are opened every year. A number of one repeated digit is what forms send for "none".
bool is_dialable(const lib::PhoneNumber& number) {
    std::string local;
    library().GetNationalSignificantNumber(number, &local);
    return library().IsPossibleNumberWithReason(number) == lib::PhoneNumberUtil::IS_POSSIBLE &&
           local.find_first_not_of(local[0]) != std::string::npos &&
           !breaks_north_american_plan(number, local) &&
           !is_keypad_placeholder(std::to_string(number.country_code()) + local);
}

constexpr int tries_max = 50;  // invalid candidates before the matcher gives up

// The matcher goes first: Parse alone reads the letters of "(mobile)" as digits of the number.
std::vector<PhoneNumber> matches(const std::string& text, const std::string& region,
                                 lib::PhoneNumberMatcher::Leniency leniency) {
    lib::PhoneNumberMatcher matcher{library(), text, region, leniency, tries_max};
    std::vector<PhoneNumber> found;
    lib::PhoneNumberMatch match;
    while (matcher.HasNext() && matcher.Next(&match)) {
        if (is_dialable(match.number())) found.push_back(from_library(match.number()));
    }
    return found;
}

// Most of the world dials `00` before a country code, and writes it elsewhere too: `001 571 …` in
// the US. The region's own prefix (`0011` in Australia) comes first.
std::string with_plus_for_double_zero(const std::string& text, const std::string& region) {
    const auto first = text.find_first_not_of(" \t(");
    if (first == std::string::npos || text.compare(first, 2, "00") != 0) return text;
    lib::PhoneNumberMatcher matcher{library(), text, region, lib::PhoneNumberMatcher::VALID,
                                    tries_max};
    lib::PhoneNumberMatch match;
    const bool is_own =
        matcher.HasNext() && matcher.Next(&match) && std::cmp_less_equal(match.start(), first);
    return is_own ? text : '+' + text.substr(first + 2);
}

// What the matcher skips: vanity numbers (`1-800-FLOWERS`) and unusual punctuation.
std::vector<PhoneNumber> whole(const std::string& text, const std::string& region) {
    lib::PhoneNumber number;
    const auto outcome = library().ParseAndKeepRawInput(text, region, &number);
    if (outcome != lib::PhoneNumberUtil::NO_PARSING_ERROR || !is_dialable(number)) return {};
    return {from_library(number)};
}

bool is_bare(std::string_view text) {
    const auto digits = text.substr(text.starts_with('+') ? 1 : 0);
    return digits.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string to_text(const PhoneNumber& number) {
    return number.extension.empty() ? number.e164 : number.e164 + " x" + number.extension;
}

std::string_view to_sentence(PhoneError error) {
    switch (error) {
        case PhoneError::missing:
            return "the call has no caller number";
        case PhoneError::withheld:
            return "the caller withheld the number";
        case PhoneError::not_dialable:
            return "the caller's number is not one that can be dialled";
    }
    return {};
}

std::vector<PhoneNumber> find_phones(std::string_view text, const std::string& region) {
    if (digits_of(text).empty() && text.size() < 7) return {};
    const auto users = users_only(text);
    const auto normal = with_plus_for_double_zero(users, region);
    std::vector<PhoneNumber> found;
    // Platforms send bare numbers: skipping the matcher for them saves most of the cost.
    if (!is_bare(normal)) {
        found = matches(normal, region, lib::PhoneNumberMatcher::VALID);
        if (found.empty()) found = matches(normal, region, lib::PhoneNumberMatcher::POSSIBLE);
    }
    if (found.empty()) found = whole(normal, region);
    if (found.empty() && normal != users) found = whole(users, region);
    return found;
}

std::expected<PhoneNumber, PhoneError> parse_phone(std::string_view text,
                                                   const std::string& region) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return std::unexpected{PhoneError::missing};
    }
    if (is_withheld(users_only(text))) return std::unexpected{PhoneError::withheld};
    const auto found = find_phones(text, region);
    if (found.empty()) return std::unexpected{PhoneError::not_dialable};
    return found.front();
}

std::string national_digits(const PhoneNumber& number) {
    std::string digits;
    library().GetNationalSignificantNumber(to_library(number), &digits);
    return digits;
}

std::vector<std::string> last_groups(const PhoneNumber& number) {
    constexpr std::string_view digits = "0123456789";
    constexpr std::size_t groups_max = 4, digits_enough = 7;
    auto rest = format(to_library(number), lib::PhoneNumberUtil::INTERNATIONAL);
    rest.erase(0, rest.find(' ') + 1);  // the country code
    std::vector<std::string> groups;
    std::size_t count = 0;
    while (count < digits_enough && groups.size() < groups_max && !rest.empty()) {
        rest.erase(rest.find_last_of(digits) + 1);
        const auto begin = rest.find_last_not_of(digits) + 1;
        groups.push_back(rest.substr(begin));
        count += groups.back().size();
        rest.erase(begin);
    }
    return groups;
}

std::vector<std::string> written_forms(const PhoneNumber& number) {
    const auto parsed = to_library(number);
    const auto local = national_digits(number);
    const auto national = format(parsed, lib::PhoneNumberUtil::NATIONAL);
    std::vector<std::string> forms{number.e164, local, number.e164.substr(1), national,
                                   format(parsed, lib::PhoneNumberUtil::INTERNATIONAL)};
    if (parsed.country_code() == 1 && local.size() == 10) {
        const auto area = local.substr(0, 3);
        const auto exchange = local.substr(3, 3);
        const auto line = local.substr(6);
        const auto dashed = area + '-' + exchange + '-' + line;
        forms.insert(
            forms.end(),
            {dashed, area + '.' + exchange + '.' + line, area + ' ' + exchange + ' ' + line,
             '(' + area + ')' + exchange + '-' + line, '(' + area + ") " + exchange + ' ' + line,
             "1-" + dashed, "+1 (" + area + ") " + exchange + '-' + line, "+1-" + dashed,
             "1 (" + area + ") " + exchange + '-' + line,
             "+1 " + area + ' ' + exchange + ' ' + line});
    } else {
        forms.push_back(digits_of(national));
        forms.push_back("00" + number.e164.substr(1));
    }
    std::vector<std::string> unique;
    for (auto& form : forms) {
        if (std::ranges::find(unique, form) == unique.end()) unique.push_back(std::move(form));
    }
    return unique;
}

}  // namespace ringbridge
