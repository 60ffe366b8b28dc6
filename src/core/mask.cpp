#include "core/mask.hpp"

#include "core/network.hpp"

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

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// `2026-11-23`: the beginning of a timestamp as we write it.
bool begins_with_date(std::string_view text) {
    constexpr std::string_view form = "dddd-dd-dd";
    if (text.size() < form.size()) return false;
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i]) return false;
    }
    return true;
}

// The length of the phone number that the text begins with; 0 for none.
std::size_t number_length(std::string_view text) {
    if (begins_with_date(text)) return 0;
    const auto end = std::min(text.find_first_not_of("+0123456789().- "), text.size());
    const auto last_digit = text.substr(0, end).find_last_of("0123456789");
    if (last_digit == std::string_view::npos) return 0;
    const auto number = text.substr(0, last_digit + 1);
    const bool begins = number[0] == '+' || number[0] == '(' || is_digit(number[0]);
    const bool whole = end == text.size() || end > last_digit + 1 || !is_word(text[end]);
    const bool long_enough = digits_of(number).size() >= hidden_digits_min + tail_length;
    return begins && whole && long_enough ? number.size() : 0;
}

// The length of the word that the text begins with, or of one other character.
std::size_t word_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_word(text[length])) ++length;
    return std::max<std::size_t>(length, 1);
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

std::string mask_phones_in(std::string_view text) {
    std::string masked;
    while (!text.empty()) {
        const auto length = number_length(text);
        if (length == 0) {
            const auto word = word_length(text);
            masked.append(text.substr(0, word));
            text.remove_prefix(word);
        } else {
            masked += mask_phone(text.substr(0, length));
            text.remove_prefix(length);
        }
    }
    return masked;
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

std::string mask_address(const std::string& address) {
    auto network = network_of(address);
    if (network != address) return network;
    return address.substr(0, address.rfind('.') + 1) + '*';
}

}  // namespace ringbridge
