// The receptionist session, stored in the ledger: encrypted if there is a key.
#pragma once

#include "ledger/ledger.hpp"
#include "ports/log.hpp"
#include "ports/random.hpp"
#include "ports/vault.hpp"
#include "receptionist/session_store.hpp"

namespace ringbridge::bridge {

class LedgerSessionStore final : public receptionist::SessionStore {
  public:
    LedgerSessionStore(ledger::Ledger& ledger, Vault& vault, Random& random, Log& log)
        : ledger_{ledger}, vault_{vault}, random_{random}, log_{log} {}

    Task<std::optional<std::string>> load() override;
    Task<> save(std::string state) override;
    std::string fingerprint(std::string text, std::size_t digits) override;
    bool fits(std::string fingerprint, std::string text) override;

  private:
    ledger::Ledger& ledger_;
    Vault& vault_;
    Random& random_;
    Log& log_;
    bool reported_ = false;  ///< that the stored session cannot be read
};

}  // namespace ringbridge::bridge
