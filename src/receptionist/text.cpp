#include "receptionist/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace ringbridge::receptionist {
namespace {

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// The length of the valid UTF-8 sequence at `at`, or 0: RFC 3629's table, which leaves out
// overlong forms, surrogates and what lies beyond U+10FFFF.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i])
                                    : static_cast<unsigned char>(0);
    };
    const auto first = byte(0);
    const auto second = byte(1);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return is_continuation(second) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool allowed = (first != 0xE0 || second >= 0xA0) && (first != 0xED || second < 0xA0);
        return allowed && is_continuation(second) && is_continuation(byte(2)) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool allowed = (first != 0xF0 || second >= 0x90) && (first != 0xF4 || second < 0x90);
        return allowed && is_continuation(second) && is_continuation(byte(2)) &&
                       is_continuation(byte(3))
                   ? 4
                   : 0;
    }
    return 0;
}

bool is_clean(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto length = text[at] == '\0' ? 0 : sequence_length(text, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

// The value of `\uXXXX` at `at`.
std::optional<unsigned> escaped_unit(std::string_view json, std::size_t at) {
    if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u') return std::nullopt;
    unsigned unit = 0;
    for (const char c : json.substr(at + 2, 4)) {
        static constexpr std::string_view digits = "0123456789abcdefABCDEF";
        const auto digit = digits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        unit = unit * 16 + static_cast<unsigned>(digit < 16 ? digit : digit - 6);
    }
    return unit;
}

bool is_high_surrogate(std::optional<unsigned> unit) { return unit >= 0xD800U && unit < 0xDC00U; }
bool is_low_surrogate(std::optional<unsigned> unit) { return unit >= 0xDC00U && unit < 0xE000U; }

// Copies the escape at `at` and returns the position after it.
std::size_t copy_escape(std::string_view json, std::size_t at, std::string& repaired) {
    const auto unit = escaped_unit(json, at);
    if (is_high_surrogate(unit) && is_low_surrogate(escaped_unit(json, at + 6))) {
        repaired += json.substr(at, 12);
        return at + 12;
    }
    if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
        repaired += "\\ufffd";
        return at + 6;
    }
    repaired += json.substr(at, 2);
    return std::min(at + 2, json.size());
}

// The number at the start of `json`, including NaN and Infinity; empty if there is none.
std::string_view number_at(std::string_view json) {
    for (const std::string_view word : {"-Infinity", "Infinity", "NaN"}) {
        if (json.starts_with(word)) return word;
    }
    if (json.find_first_of("-0123456789") != 0) return {};
    return json.substr(0, json.find_first_not_of("+-.0123456789eE"));
}

bool is_double(std::string_view number) {
    double value = 0;
    const auto [_, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    return error == std::errc{} && std::isfinite(value);
}

// Calls `see` with each character and its nesting depth; a bracket counts as inside its own list
// or object.
template <class See>
void walk_json(std::string_view json, See see) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (!in_string && (c == '{' || c == '[')) ++depth;
        see(c, depth);
        if (in_string && c == '\\' && at + 1 < json.size()) {
            see(json[++at], depth);
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && (c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
}

}  // namespace

std::string clean_text(std::string text) {
    if (is_clean(text)) return text;
    std::string cleaned;
    cleaned.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto length = sequence_length(text, at);
        if (length == 0) cleaned += "\xEF\xBF\xBD";
        if (length > 0 && text[at] != '\0') cleaned.append(text, at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return cleaned;
}

std::string repair_json(std::string_view json) {
    std::string repaired;
    repaired.reserve(json.size());
    bool in_string = false;
    for (std::size_t at = 0; at < json.size();) {
        const char c = json[at];
        if (in_string && c == '\\') {
            at = copy_escape(json, at, repaired);
            continue;
        }
        if (c == '"') in_string = !in_string;
        const auto number = in_string ? std::string_view{} : number_at(json.substr(at));
        if (!number.empty()) {
            repaired += is_double(number) ? number : "null";
            at += number.size();
        } else {
            repaired += in_string && static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
            ++at;
        }
    }
    return repaired;
}

std::size_t nesting_of(std::string_view json) {
    std::size_t deepest = 0;
    walk_json(json, [&](char, std::size_t depth) { deepest = std::max(deepest, depth); });
    return deepest;
}

std::string prune_json(std::string_view json, std::size_t levels) {
    std::string pruned;
    bool above = true;
    walk_json(json, [&](char c, std::size_t depth) {
        const bool was_above = std::exchange(above, depth <= levels);
        if (above) {
            pruned += c;
        } else if (was_above) {
            pruned += "null";
        }
    });
    return pruned;
}

}  // namespace ringbridge::receptionist
