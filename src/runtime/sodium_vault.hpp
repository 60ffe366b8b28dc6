// The real vault: libsodium's secretbox, its keyed hash and HMAC.
#pragma once

#include "core/secret.hpp"
#include "ports/random.hpp"
#include "ports/vault.hpp"

namespace ringbridge::runtime {

class SodiumVault final : public Vault {
  public:
    /// `key`: 64 hex digits, or empty for none. `random` must be fit for secrets: see SystemRandom.
    SodiumVault(const Secret& key, Random& random);

    bool has_key() const override { return !key_.empty(); }
    std::string seal(std::string_view text) override;
    std::optional<std::string> unseal(std::string_view sealed) const override;
    std::string hash(std::string_view text) const override;
    std::string hmac_sha256(std::string_view secret, std::string_view text) const override;

  private:
    std::string key_;  ///< 32 bytes, or none
    Random& random_;
};

}  // namespace ringbridge::runtime
