// Ledgers in a PostgreSQL database. A process has two connections, however many bridges it has.
#pragma once

#include "ledger/backend.hpp"
#include "ledger/postgres/address.hpp"
#include "ledger/postgres/replicas.hpp"

#include <memory>

namespace ringbridge::ledger::postgres {

class PostgresBackend : public Backend {
  public:
    /// `url`: postgresql://…, which may contain a password; `password` wins over it.
    PostgresBackend(const Secret& url, const Secret& password);

    Opened open(Scope scope, UtcTime now) override;
    std::unique_ptr<Archive> archive(bool is_source) override;
    std::unique_ptr<RunLock> try_lock(const std::string& name, Database& database) override;
    bool may_lose_locks() const override { return true; }
    std::unique_ptr<SharedTexts> shared_texts(const std::string& account,
                                              Database& database) override;
    Replicas* replicas() override { return &replicas_; }

  private:
    const Address address_;
    const std::shared_ptr<Session> runs_, people_;
    PostgresReplicas replicas_{runs_};
    bool is_migrated_ = false;
};

}  // namespace ringbridge::ledger::postgres
