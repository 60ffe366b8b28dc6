// A choice and its words: one table reads it, prints it, and lists what is allowed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ringbridge {

template <class T>
struct Word {
    std::string_view word;
    T value;
    std::string_view meaning = {};  ///< empty: the word says it
};

template <class T, std::size_t count>
using Words = std::array<Word<T>, count>;

/// Nothing if the table has no such word.
template <class T, std::size_t count>
constexpr std::optional<T> parse_word(const Words<T, count>& words, std::string_view text) {
    const auto found = std::ranges::find(words, text, &Word<T>::word);
    if (found == words.end()) return std::nullopt;
    return found->value;
}

/// `value` must be in the table.
template <class T, std::size_t count>
constexpr std::string_view word_of(const Words<T, count>& words, const T& value) {
    return std::ranges::find(words, value, &Word<T>::value)->word;
}

/// `player, link, off`
template <class T, std::size_t count>
std::string list_words(const Words<T, count>& words) {
    std::string list;
    for (const auto& one : words) list.append(list.empty() ? "" : ", ").append(one.word);
    return list;
}

/// `player, link or off`; `full, or off: left out of the activity`
template <class T, std::size_t count>
std::string explain_words(const Words<T, count>& words) {
    std::string text;
    for (const auto& one : words) {
        const bool last = &one == &words.back();
        const auto* separator = !last ? ", " : one.meaning.empty() ? " or " : ", or ";
        text.append(text.empty() ? "" : separator).append(one.word);
        if (!one.meaning.empty()) text.append(": ").append(one.meaning);
    }
    return text;
}

}  // namespace ringbridge
