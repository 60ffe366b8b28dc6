// A vault for simulated worlds: deterministic, unlike the real one, and not secure.
#pragma once

#include "ports/vault.hpp"

namespace ringbridge::sim {

class FakeVault final : public Vault {
  public:
    explicit FakeVault(std::string key = {}) : key_{std::move(key)} {}

    bool has_key() const override { return !key_.empty(); }
    std::string seal(std::string_view text) override;
    std::optional<std::string> unseal(std::string_view sealed) const override;
    std::string hash(std::string_view text) const override;
    std::string hmac_sha256(std::string_view secret, std::string_view text) const override;

  private:
    std::string key_;
};

}  // namespace ringbridge::sim
