#include "runtime/sodium_vault.hpp"

#include <cstring>
#include <sodium.h>
#include <stdexcept>

namespace ringbridge::runtime {
namespace {

// Prefix of sealed text in the ledger; nonce and box follow in hex.
constexpr std::string_view seal_mark = "sealed:";

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string to_hex(std::string_view text) {
    std::string hex(text.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), bytes(text), text.size());
    hex.pop_back();
    return hex;
}

// Nothing if it is not hex.
std::optional<std::string> from_hex(std::string_view hex) {
    std::string text(hex.size() / 2, '\0');
    std::size_t length = 0;
    const char* end = nullptr;
    const int failed =
        sodium_hex2bin(bytes(text), text.size(), hex.data(), hex.size(), nullptr, &length, &end);
    if (failed != 0 || end != hex.data() + hex.size()) return std::nullopt;
    return text;
}

std::string new_nonce(Random& random) {
    static_assert(crypto_secretbox_NONCEBYTES % sizeof(std::uint64_t) == 0);
    std::string nonce(crypto_secretbox_NONCEBYTES, '\0');
    for (std::size_t at = 0; at < nonce.size(); at += sizeof(std::uint64_t)) {
        const auto value = random.roll();
        std::memcpy(nonce.data() + at, &value, sizeof value);
    }
    return nonce;
}

}  // namespace

SodiumVault::SodiumVault(const Secret& key, Random& random)
    : key_{from_hex(key.reveal()).value_or("")}, random_{random} {
    if (sodium_init() < 0) throw std::runtime_error{"libsodium cannot be initialized"};
    if (!key.empty() && key_.size() != crypto_secretbox_KEYBYTES) {
        throw std::runtime_error{"TOKEN_KEY must be 64 hex digits"};
    }
}

std::string SodiumVault::seal(std::string_view text) {
    if (!has_key()) return std::string{text};
    const auto nonce = new_nonce(random_);
    std::string box(crypto_secretbox_MACBYTES + text.size(), '\0');
    crypto_secretbox_easy(bytes(box), bytes(text), text.size(), bytes(nonce), bytes(key_));
    return std::string{seal_mark} + to_hex(nonce + box);
}

std::optional<std::string> SodiumVault::unseal(std::string_view sealed) const {
    if (!sealed.starts_with(seal_mark)) return std::string{sealed};
    const auto content = from_hex(sealed.substr(seal_mark.size()));
    constexpr std::size_t around = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (!has_key() || !content || content->size() < around) return std::nullopt;
    const auto box = std::string_view{*content}.substr(crypto_secretbox_NONCEBYTES);
    std::string text(content->size() - around, '\0');
    const int failed = crypto_secretbox_open_easy(bytes(text), bytes(box), box.size(),
                                                  bytes(*content), bytes(key_));
    if (failed != 0) return std::nullopt;
    return text;
}

std::string SodiumVault::hash(std::string_view text) const {
    static_assert(crypto_secretbox_KEYBYTES <= crypto_generichash_KEYBYTES_MAX);
    std::string hash(crypto_generichash_BYTES, '\0');
    crypto_generichash(bytes(hash), hash.size(), bytes(text), text.size(), bytes(key_),
                       key_.size());
    return to_hex(hash);
}

std::string SodiumVault::hmac_sha256(std::string_view secret, std::string_view text) const {
    std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
    crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
    crypto_auth_hmacsha256_final(&state, bytes(digest));
    return digest;
}

}  // namespace ringbridge::runtime
