#include "core/base64.hpp"

#include <array>
#include <cstdint>

namespace ringbridge {

std::string decode_base64(std::string_view text) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const auto values = [] {
        std::array<int, 256> table{};
        table.fill(-1);
        for (std::size_t i = 0; i < alphabet.size(); ++i) {
            table[static_cast<unsigned char>(alphabet[i])] = static_cast<int>(i);
        }
        table['-'] = table['+'];
        table['_'] = table['/'];
        return table;
    }();
    std::string decoded;
    decoded.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const auto value = values[static_cast<unsigned char>(c)];
        if (value < 0) continue;
        bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xFFFFF;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        decoded += static_cast<char>(bits >> held & 0xFF);
    }
    return decoded;
}

}  // namespace ringbridge
