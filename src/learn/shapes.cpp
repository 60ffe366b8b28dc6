#include "learn/shapes.hpp"

#include "core/parse_number.hpp"
#include "core/phone.hpp"
#include "core/text.hpp"
#include "receptionist/duration.hpp"
#include "receptionist/local_time.hpp"
#include "receptionist/session_codec.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ringbridge::learn {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::size_t digits_in(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, is_digit));
}

bool only(std::string_view text, std::string_view characters) {
    return text.find_first_not_of(characters) == std::string_view::npos;
}

// From 2005 to 2050.
bool is_of_our_days(UtcTime time) {
    const auto ms = to_unix_ms(time);
    return ms > 1'104'537'600'000 && ms < 2'524'608'000'000;
}

bool is_unix_time(std::string_view digits) {
    if (digits.size() != 10 && digits.size() != 13 && digits.size() != 16) return false;
    const auto number = parse_number<std::int64_t>(digits.substr(0, 10));
    return number && *number > 1'200'000'000 && *number < 2'200'000'000;
}

// Those without a zone that people read, most precise first.
constexpr std::array formats{
    "%d.%m.%Y %H:%M:%S",      "%d.%m.%Y, %H:%M:%S",    "%d.%m.%Y %H:%M",
    "%d.%m.%Y, %H:%M",        "%d/%m/%Y %H:%M:%S",     "%d/%m/%Y, %H:%M:%S",
    "%d/%m/%Y %H:%M",         "%d/%m/%Y, %H:%M",       "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y, %I:%M:%S %p",  "%m/%d/%Y %I:%M %p",     "%m/%d/%Y, %I:%M %p",
    "%m/%d/%Y %H:%M:%S",      "%m/%d/%Y, %H:%M:%S",    "%m/%d/%Y %H:%M",
    "%m/%d/%Y, %H:%M",        "%d/%m/%Y %I:%M %p",     "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",         "%Y/%m/%d %H:%M:%S",     "%Y/%m/%d %H:%M",
    "%Y.%m.%d %H:%M:%S",      "%Y.%m.%d %H:%M",        "%b %d, %Y %I:%M:%S %p",
    "%b %d, %Y, %I:%M:%S %p", "%b %d, %Y %I:%M %p",    "%b %d, %Y, %I:%M %p",
    "%B %d, %Y %I:%M %p",     "%B %d, %Y at %I:%M %p", "%b %d, %Y at %I:%M %p",
    "%d %b %Y %H:%M:%S",      "%d %b %Y %H:%M",        "%d %b %Y, %H:%M",
    "%Y-%m-%d %I:%M:%S %p",   "%Y-%m-%d %I:%M %p",     "%d.%m.%y %H:%M",
    "%d.%m.%y, %H:%M",        "%a, %d %b %Y %H:%M:%S", "%Y%m%d%H%M%S",
    "%Y%m%dT%H%M%S",          "%d.%m.%Y %H:%M Uhr",    "%Y-%m-%d, %H:%M",
    "%Y-%m-%d, %H:%M:%S"};

bool may_be_time(std::string_view text) {
    if (text.size() < 8 || text.size() > 40 || digits_in(text) < 6) return false;
    return std::ranges::all_of(text, [](char c) {
        return is_digit(c) || is_letter(c) || std::string_view{" .:,/+-[]"}.contains(c) || c == '_';
    });
}

bool begins_with_date(std::string_view text) {
    std::string shape{text.substr(0, 10)};
    std::ranges::replace_if(shape, is_digit, 'd');
    return shape == "dddd-dd-dd" || shape == "dd.dd.dddd" || shape == "dd/dd/dddd" ||
           shape == "dddd/dd/dd" || shape == "dd-dd-dddd";
}

bool has_clock(std::string_view text) { return text.contains(':') || text.size() >= 14; }

}  // namespace

std::vector<TimeShape> time_shapes(const Leaf& leaf) {
    const auto text = trim(leaf.text);
    if (leaf.is_number()) {
        const auto whole = text.substr(0, text.find('.'));
        return is_unix_time(whole) ? std::vector{TimeShape{}} : std::vector<TimeShape>{};
    }
    if (leaf.kind != Leaf::Kind::text || !may_be_time(text)) return {};
    if (only(text, "0123456789") && text.size() != 14) {
        return is_unix_time(text) ? std::vector{TimeShape{}} : std::vector<TimeShape>{};
    }
    if (const auto time = parse_utc(text)) {
        return is_of_our_days(*time) ? std::vector{TimeShape{}} : std::vector<TimeShape>{};
    }
    if (!has_clock(text)) return {};
    std::vector<TimeShape> shapes;
    const auto local = receptionist::parse_local(text, "", "UTC");
    if (local && is_of_our_days(*local)) return {TimeShape{.format = "", .needs_zone = true}};
    for (const auto* format : formats) {
        const auto time = receptionist::parse_local(text, format, "UTC");
        if (time && is_of_our_days(*time)) shapes.push_back({format, true});
    }
    return shapes;
}

bool is_time(const Leaf& leaf) { return !time_shapes(leaf).empty(); }

std::optional<UtcTime> time_in(const Leaf& leaf, const TimeShape& shape, const std::string& zone) {
    const auto text = trim(leaf.text);
    if (shape.needs_zone) {
        return receptionist::parse_local(text, shape.format, zone.empty() ? "UTC" : zone);
    }
    if (leaf.kind == Leaf::Kind::real) {
        const auto number = number_of(leaf).value_or(0);
        if (!(number > 0 && number < 1e15)) return std::nullopt;
        return from_unix_ms(std::llround(number < 1e11 ? number * 1000 : number));
    }
    return parse_utc(text);
}

bool is_phone(const Leaf& leaf) {
    if (leaf.kind != Leaf::Kind::text && leaf.kind != Leaf::Kind::integer) return false;
    std::string_view text = trim(leaf.text);
    const auto lowered = lower_case(text);
    if (lowered.starts_with("sip:") || lowered.starts_with("tel:")) return digits_in(text) >= 3;
    const auto digits = digits_in(text);
    if (text.size() > 30 || digits < 7 || digits > 15) return false;
    if (text.starts_with('+')) return only(text.substr(1), "0123456789 ().-/");
    if (!only(text, "0123456789 ().-/x")) return false;
    if (only(text, "0123456789")) return !is_unix_time(text) || text.size() == 10;
    return !begins_with_date(text);
}

bool is_withheld(const Leaf& leaf) {
    if (leaf.kind != Leaf::Kind::text || leaf.text.size() > 40) return false;
    const auto number = parse_phone(leaf.text, "US");
    return !number && number.error() == PhoneError::withheld;
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == 0 || at == std::string_view::npos || text.size() > 254) return false;
    const auto host = text.substr(at + 1);
    return host.contains('.') && !host.contains('@') && !host.ends_with('.') &&
           text.find_first_of(" <>\"\n\t,;:/") == std::string_view::npos;
}

bool is_address(std::string_view text) {
    if (text.find_first_of(" \n\t") != std::string_view::npos || text.size() < 2) return false;
    return text.starts_with("https://") || text.starts_with("http://") ||
           (text.starts_with('/') && is_letter(text[1]));
}

bool is_jwt(std::string_view text) {
    if (!text.starts_with("eyJ") || std::ranges::count(text, '.') != 2) return false;
    return receptionist::read_token_times(text).expires_at.has_value();
}

bool is_written_duration(const Leaf& leaf) {
    if (leaf.kind != Leaf::Kind::text) return false;
    const auto text = trim(leaf.text);
    if (text.empty() || text.size() > 30 || only(text, "0123456789.,")) return false;
    return receptionist::parse_duration(text).has_value();
}

std::optional<double> number_of(const Leaf& leaf) {
    if (!leaf.is_number() && leaf.kind != Leaf::Kind::text) return std::nullopt;
    std::string text{trim(leaf.text)};
    if (text.empty() || text.size() > 24) return std::nullopt;
    if (std::ranges::count(text, ',') == 1 && !text.contains('.')) {
        std::ranges::replace(text, ',', '.');
    }
    return parse_number<double>(text);
}

bool is_identifier(std::string_view text) {
    if (text.size() > 200 || text.empty()) return false;
    if (only(text, "0123456789")) return true;
    if (!std::ranges::all_of(text, [](char c) {
            return is_digit(c) || is_letter(c) || c == '-' || c == '_' || c == '.' || c == '=';
        })) {
        return false;
    }
    const auto digits = digits_in(text);
    if (only(text, "0123456789abcdefABCDEF-") && text.size() >= 16) return true;
    const bool version = text.size() <= 4 && digits <= 2 && digits > 0;
    if (version) return false;
    if (digits >= 2 && text.size() >= 6) return true;
    const auto mark = text.find('_');
    return digits >= 1 && mark != std::string_view::npos && mark <= 8;
}

bool is_word(std::string_view text) {
    return text.size() <= 60 && std::ranges::all_of(text, [](char c) {
               return is_letter(c) || std::string_view{"_-.,:*+/ ()=[]"}.contains(c);
           });
}

bool is_like_a_name(const Leaf& leaf) {
    if (leaf.kind != Leaf::Kind::text) return false;
    const auto text = trim(leaf.text);
    if (text.size() < 2 || text.size() > 60 || digits_in(text) > 0) return false;
    return text.find_first_of("@/:_{}[]<>=?!") == std::string_view::npos &&
           std::ranges::count(text, ' ') <= 4;
}

namespace {

// Between the names of a person: van, de, von der.
bool is_particle(std::string_view word) {
    return word.size() <= 3 &&
           std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

// Letters of any alphabet, the first one no small one of ours.
bool is_proper_name(std::string_view word) {
    const auto is_inner = [](char c) {
        return is_letter(c) || static_cast<unsigned char>(c) >= 0x80 || c == '-' || c == '\'' ||
               c == '.' || c == ',';
    };
    return !word.empty() && !(word.front() >= 'a' && word.front() <= 'z') &&
           std::ranges::all_of(word, is_inner);
}

std::vector<std::string_view> split_words(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        if (!word.empty()) words.push_back(word);
        text.remove_prefix(std::min(text.size(), word.size() + 1));
    }
    return words;
}

}  // namespace

bool is_person(const Leaf& leaf) {
    if (!is_like_a_name(leaf)) return false;
    const auto words = split_words(trim(leaf.text));
    if (words.size() < 2 || words.size() > 4 || words.back().ends_with('.')) return false;
    return is_proper_name(words.front()) && is_proper_name(words.back()) &&
           std::ranges::all_of(words,
                               [](auto word) { return is_proper_name(word) || is_particle(word); });
}

bool is_prose(const Leaf& leaf) {
    if (leaf.kind != Leaf::Kind::text) return false;
    const auto signs = std::ranges::count_if(leaf.text, [](char c) {
        return is_digit(c) || std::string_view{":/.,-+;_{}[]()"}.contains(c);
    });
    return leaf.text.size() >= 15 && std::ranges::count(leaf.text, ' ') >= 2 &&
           std::cmp_less(signs * 3, leaf.text.size()) && !is_dialogue(leaf);
}

bool is_dialogue(const Leaf& leaf) {
    if (leaf.kind != Leaf::Kind::text) return false;
    std::size_t lines = 0, spoken = 0;
    std::string_view rest = leaf.text;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (trim(line).empty()) continue;
        const auto colon = line.find(':');
        ++lines;
        spoken += colon != std::string_view::npos && colon > 0 && colon < 30 ? 1 : 0;
    }
    return lines >= 2 && spoken * 2 >= lines;
}

bool is_sound(const Leaf& leaf) {
    if (leaf.kind != Leaf::Kind::text || !is_address(leaf.text)) return false;
    const auto address = lower_case(leaf.text.substr(0, leaf.text.find_first_of("?#")));
    return std::ranges::any_of(
        std::array{".mp3", ".wav", ".m4a", ".ogg", ".opus", ".aac", ".webm", ".flac"},
        [&](const char* end) { return address.ends_with(end); });
}

}  // namespace ringbridge::learn
