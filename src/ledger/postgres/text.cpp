#include "ledger/postgres/text.hpp"

#include <cstddef>

namespace ringbridge::ledger::postgres {
namespace {

constexpr char substitute = 0x1A;
constexpr std::string_view hex = "0123456789abcdef";

unsigned byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

bool follows(std::string_view text, std::size_t at, unsigned least = 0x80, unsigned most = 0xBF) {
    return at < text.size() && byte_at(text, at) >= least && byte_at(text, at) <= most;
}

// The length of the well-formed character at `at`; 0 if there is none (Unicode, table 3-7).
std::size_t character_at(std::string_view text, std::size_t at) {
    const auto first = byte_at(text, at);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(text, at + 1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned least = first == 0xE0 ? 0xA0 : 0x80, most = first == 0xED ? 0x9F : 0xBF;
        return follows(text, at + 1, least, most) && follows(text, at + 2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned least = first == 0xF0 ? 0x90 : 0x80, most = first == 0xF4 ? 0x8F : 0xBF;
        return follows(text, at + 1, least, most) && follows(text, at + 2) && follows(text, at + 3)
                   ? 4
                   : 0;
    }
    return 0;
}

// How many bytes from `at` on are ASCII that stays as it is: nearly all.
std::size_t plain_from(std::string_view text, std::size_t at) {
    auto end = at;
    while (end < text.size() && static_cast<signed char>(text[end]) > substitute) ++end;
    return end - at;
}

}  // namespace

std::string stored_text(std::string_view bytes) {
    std::string stored;
    stored.reserve(bytes.size());
    for (std::size_t at = 0; at < bytes.size();) {
        const auto plain = plain_from(bytes, at);
        stored.append(bytes, at, plain);
        at += plain;
        if (at == bytes.size()) break;
        const auto length = character_at(bytes, at);
        if (length == 0 || bytes[at] == '\0' || bytes[at] == substitute) {
            const auto byte = byte_at(bytes, at++);
            stored += {substitute, hex[byte / 16], hex[byte % 16]};
        } else {
            stored.append(bytes, at, length);
            at += length;
        }
    }
    return stored;
}

std::string original_text(std::string_view stored) {
    if (!stored.contains(substitute)) return std::string{stored};
    std::string bytes;
    bytes.reserve(stored.size());
    for (std::size_t at = 0; at < stored.size(); ++at) {
        if (stored[at] != substitute || at + 2 >= stored.size()) {
            bytes += stored[at];
            continue;
        }
        const auto byte = hex.find(stored[at + 1]) * 16 + hex.find(stored[at + 2]);
        bytes += static_cast<char>(static_cast<unsigned char>(byte));
        at += 2;
    }
    return bytes;
}

}  // namespace ringbridge::ledger::postgres
