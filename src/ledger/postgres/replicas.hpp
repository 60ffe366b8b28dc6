// Replicas and their leases, in two tables. Private to this folder.
#pragma once

#include "ledger/postgres/store.hpp"
#include "ledger/replicas.hpp"

#include <memory>

namespace ringbridge::ledger::postgres {

class PostgresReplicas : public Replicas {
  public:
    explicit PostgresReplicas(std::shared_ptr<Session> session) : session_{std::move(session)} {}

    Holders renew(const Replica& replica, const std::set<std::string>& in_use,
                  Milliseconds span) override;
    void leave(const Replica& replica) override;

  private:
    void remove_dead(const Replica& replica);
    void note_alive(const Replica& replica, Milliseconds span);
    std::map<std::string, std::set<std::string>> living();
    Holders holders();

    const std::shared_ptr<Session> session_;
    Connection& sql_{session_->connection};
};

}  // namespace ringbridge::ledger::postgres
