#include "core/mask.hpp"

#include <algorithm>

namespace ringbridge {
namespace {

constexpr std::string_view hidden = "***";
constexpr std::size_t tail_length = 2;
constexpr std::size_t head_length_max = 4;  // `1571`: country and area, as a log needs them
constexpr std::size_t hidden_digits_min = 5;

std::string digits_of(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') digits += c;
    }
    return digits;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string_view first_character(std::string_view word) {
    std::size_t length = 1;
    while (length < word.size() && continues_character(word[length])) ++length;
    return word.substr(0, length);
}

}  // namespace

std::string mask_phone(std::string_view phone) {
    if (phone.empty()) return {};
    const std::string digits = digits_of(phone);
    if (digits.size() < hidden_digits_min + tail_length) return std::string{hidden};
    const auto head = std::min(digits.size() - hidden_digits_min - tail_length, head_length_max);
    std::string masked = phone.starts_with('+') ? "+" : "";
    masked += digits.substr(0, head);
    masked.append(digits.size() - head - tail_length, '*');
    return masked + digits.substr(digits.size() - tail_length);
}

std::string mask_name(std::string_view name) {
    std::string masked;
    while (!name.empty()) {
        const auto word = name.substr(0, name.find(' '));
        if (!word.empty()) {
            if (!masked.empty()) masked += ' ';
            masked.append(first_character(word)).append(hidden);
        }
        name.remove_prefix(std::min(name.size(), word.size() + 1));
    }
    return masked;
}

}  // namespace ringbridge
