// The receptionist's login, kept in the ledger: sealed where there is a key to seal it with.
#pragma once

#include "ledger/ledger.hpp"
#include "ports/dice.hpp"
#include "ports/log.hpp"
#include "ports/vault.hpp"
#include "receptionist/keeper.hpp"

namespace ringbridge::bridge {

class SessionKeeper final : public receptionist::Keeper {
  public:
    SessionKeeper(ledger::Ledger& ledger, Vault& vault, Dice& dice, Log& log)
        : ledger_{ledger}, vault_{vault}, dice_{dice}, log_{log} {}

    Task<std::optional<std::string>> load() override;
    Task<> save(std::string state) override;
    std::string fingerprint(std::string text, std::size_t digits) override;
    bool fits(std::string fingerprint, std::string text) override;

  private:
    ledger::Ledger& ledger_;
    Vault& vault_;
    Dice& dice_;
    Log& log_;
    bool told_ = false;  ///< that what is kept cannot be read
};

}  // namespace ringbridge::bridge
