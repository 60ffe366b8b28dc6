#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace ringbridge {
namespace {

struct Entity {
    char plain;
    std::string_view html;
};
constexpr std::array entities{Entity{'&', "&amp;"}, Entity{'<', "&lt;"}, Entity{'>', "&gt;"},
                              Entity{'"', "&quot;"}, Entity{'\'', "&#39;"}};

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t character_length(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && continues_character(text[length])) ++length;
    return length;
}

// In UTF-8: C0, DEL and C1, line and paragraph separators, bidirectional overrides and isolates.
bool is_control(std::string_view character) {
    const auto first = static_cast<unsigned char>(character.front());
    if (first < 0x80) return first < 0x20 || first == 0x7F;
    if (character.size() == 2) return character < "\xC2\xA0";
    const auto between = [&](std::string_view from, std::string_view to) {
        return character >= from && character <= to;
    };
    return character.size() == 3 &&
           (between("\xE2\x80\xA8", "\xE2\x80\xAE") || between("\xE2\x81\xA6", "\xE2\x81\xA9"));
}

std::string escaped_character(std::string_view character) {
    const char c = character.front();
    if (c == '\n') return "<br>";
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return {};
    for (const auto& entity : entities) {
        if (entity.plain == c) return std::string{entity.html};
    }
    return std::string{character};
}

}  // namespace

std::string_view cut_utf8(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    auto end = bytes_max;
    while (end > 0 && continues_character(text[end])) --end;
    return text.substr(0, end);
}

std::string lower_case(std::string_view text) {
    std::string lowered{text};
    for (auto& c : lowered) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lowered;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string without_controls(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        const auto character = text.substr(0, character_length(text));
        plain += is_control(character) ? " " : character;
        text.remove_prefix(character.size());
    }
    return plain;
}

EscapedText escape_html(std::string_view text, std::size_t bytes_max) {
    EscapedText escaped;
    while (!text.empty()) {
        const auto length = character_length(text);
        const auto piece = escaped_character(text.substr(0, length));
        if (escaped.html.size() + piece.size() > bytes_max) {
            escaped.whole = false;
            break;
        }
        escaped.html += piece;
        text.remove_prefix(length);
    }
    return escaped;
}

std::string unescape_html(std::string_view html) {
    std::string text;
    while (!html.empty()) {
        std::size_t taken = 1;
        char c = html.front();
        for (const auto& entity : entities) {
            if (html.starts_with(entity.html)) {
                c = entity.plain;
                taken = entity.html.size();
            }
        }
        text += c;
        html.remove_prefix(taken);
    }
    return text;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto exchanged = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({exchanged, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

std::string stable_hash(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3ULL;
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (int shift = 60; shift >= 0; shift -= 4) hex += digits[(hash >> shift) & 15];
    return hex;
}

}  // namespace ringbridge
