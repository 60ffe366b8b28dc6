// Numbers in text.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace ringbridge {

/// The number that `text` is, whole and without blanks; nothing if it is none, or too large.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stopped == end ? std::optional{number} : std::nullopt;
}

}  // namespace ringbridge
