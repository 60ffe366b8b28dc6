#include "sim/world/fake_vault.hpp"

#include "core/text.hpp"

#include <charconv>

namespace ringbridge::sim {
namespace {

constexpr std::string_view lock = "locked:";
constexpr std::size_t hash_digits = 16;

std::string to_hex(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

std::string from_hex(std::string_view hex) {
    std::string text;
    for (; hex.size() >= 2; hex.remove_prefix(2)) {
        unsigned char byte = 0;
        std::from_chars(hex.data(), hex.data() + 2, byte, 16);
        text += static_cast<char>(byte);
    }
    return text;
}

std::string mixed(std::string text, const std::string& key) {
    for (std::size_t i = 0; i < text.size(); ++i) text[i] ^= key[i % key.size()];
    return text;
}

}  // namespace

std::string FakeVault::seal(std::string_view text) {
    if (!has_key()) return std::string{text};
    return std::string{lock} + hash(text).substr(0, hash_digits) +
           to_hex(mixed(std::string{text}, key_));
}

std::optional<std::string> FakeVault::unseal(std::string_view sealed) const {
    if (!sealed.starts_with(lock)) return std::string{sealed};
    if (!has_key()) return std::nullopt;
    sealed.remove_prefix(lock.size());
    auto text = mixed(from_hex(sealed.substr(hash_digits)), key_);
    if (hash(text).substr(0, hash_digits) != sealed.substr(0, hash_digits)) return std::nullopt;
    return text;
}

std::string FakeVault::hash(std::string_view text) const {
    std::string hash;
    for (const char part : {'1', '2', '3', '4'})
        hash += stable_hash(key_ + part + std::string{text});
    return hash;
}

// No real HMAC, but as long: both sides of a simulated world take it from here.
std::string FakeVault::hmac_sha256(std::string_view secret, std::string_view text) const {
    const auto keyed = std::string{secret} + '\n' + std::string{text};
    std::string digest;
    for (const char part : {'1', '2', '3', '4'}) digest += from_hex(stable_hash(part + keyed));
    return digest;
}

}  // namespace ringbridge::sim
