#include "learn/names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ringbridge::learn {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 40> folded{{
    {"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"ß", "ss"}, {"Ä", "ae"}, {"Ö", "oe"}, {"Ü", "ue"},
    {"é", "e"},  {"è", "e"},  {"ê", "e"},  {"ë", "e"},  {"á", "a"},  {"à", "a"},  {"â", "a"},
    {"ã", "a"},  {"å", "a"},  {"í", "i"},  {"ì", "i"},  {"î", "i"},  {"ï", "i"},  {"ó", "o"},
    {"ò", "o"},  {"ô", "o"},  {"õ", "o"},  {"ø", "o"},  {"ú", "u"},  {"ù", "u"},  {"û", "u"},
    {"ñ", "n"},  {"ç", "c"},  {"É", "e"},  {"Á", "a"},  {"Ñ", "n"},  {"ć", "c"},  {"č", "c"},
    {"š", "s"},  {"ž", "z"},  {"ł", "l"},  {"ę", "e"},  {"ą", "a"},
}};

std::string fold(std::string_view text) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::ranges::all_of(text, is_ascii)) return std::string{text};
    std::string ascii;
    while (!text.empty()) {
        const auto fold = std::ranges::find_if(
            folded, [&](const auto& one) { return text.starts_with(one.first); });
        if (fold != folded.end()) {
            ascii += fold->second;
            text.remove_prefix(fold->first.size());
        } else {
            ascii += text.front();
            text.remove_prefix(1);
        }
    }
    return ascii;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

std::string join(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words) all += word;
    return all;
}

}  // namespace

std::vector<std::string> names_in(std::string_view path) {
    std::vector<std::string> names;
    std::string name;
    if (!path.starts_with('$')) {
        // JSON in a parameter: `input$.json.cursor`.
        const auto inner = std::min(path.find("$."), path.find("$["));
        name = path.substr(0, inner);
        if (inner == std::string_view::npos) return {name};
        names.push_back(std::move(name));
        name.clear();
        path.remove_prefix(inner);
    }
    const auto close = [&] {
        const bool index = name == "*" || name.find_first_not_of("0123456789") == name.npos;
        if (!index) names.push_back(name);
        name.clear();
    };
    for (const char c : path.substr(1)) {
        if (c == '.' || c == '[' || c == ']' || c == '\'') {
            if (!name.empty()) close();
        } else {
            name += c;
        }
    }
    if (!name.empty()) close();
    return names;
}

std::vector<std::string> words_of(std::string_view name) {
    const auto text = fold(name);
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i], before = i == 0 ? ' ' : text[i - 1];
        const bool small_follows = i + 1 < text.size() && is_lower(text[i + 1]);
        const bool begins =
            (is_upper(c) && (is_lower(before) || (is_upper(before) && small_follows))) ||
            (is_digit(c) != is_digit(before) && is_digit(c));
        const bool counts = is_upper(c) || is_lower(c) || is_digit(c);
        if ((begins || !counts) && !words.back().empty()) words.emplace_back();
        if (counts) words.back() += lower(c);
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

Name::Name(std::string_view path) {
    const auto names = names_in(path);
    if (names.empty()) return;
    depth_ = names.size() - 1;
    own_ = words_of(names.back());
    joined_ = join(own_);
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
        for (auto& word : words_of(names[i])) around_.push_back(std::move(word));
    }
    joined_around_ = join(around_);
}

bool Name::holds(const std::vector<std::string>& own, Words words) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return std::ranges::find(own, word) != own.end(); });
}

bool Name::is(Words names) const {
    return std::ranges::find(names, std::string_view{joined_}) != names.end();
}

bool Name::contains(Words parts) const {
    return std::ranges::any_of(parts, [&](auto part) { return joined_.contains(part); });
}

bool Name::contains_around(Words parts) const {
    return std::ranges::any_of(parts, [&](auto part) { return joined_around_.contains(part); });
}

}  // namespace ringbridge::learn
