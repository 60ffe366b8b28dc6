#include "ledger/postgres/store.hpp"

namespace ringbridge::ledger::postgres {

PostgresStore::PostgresStore(std::shared_ptr<Session> session, Scope scope)
    : session_{std::move(session)},
      bridge_{std::move(scope.bridge)},
      prefix_{std::move(scope.prefix)},
      account_{std::move(scope.account)} {
    join_account();
}

PostgresStore::PostgresStore(std::shared_ptr<Session> session, const PostgresStore& other)
    : session_{std::move(session)},
      bridge_{other.bridge_},
      prefix_{other.prefix_},
      account_{other.account_} {}

Transaction PostgresStore::begin() {
    sql_.need_held();
    return Transaction{sql_, "account " + account_};
}

// Moves what the bridge knew on its own to its account; what the account has already wins.
void PostgresStore::join_account() {
    std::string account, prefix;
    sql_.run("SELECT account, prefix FROM bridges WHERE bridge = $1", bridge_)
        .first(account, prefix);
    if (account_.empty()) account_ = account.empty() ? bridge_ : account;
    if (account_ == account && prefix_ == prefix) return;
    auto transaction = begin();
    sql_.run(
        "INSERT INTO bridges (bridge, account, prefix) VALUES ($1, $2, $3)"
        " ON CONFLICT (bridge) DO UPDATE SET account = $2, prefix = $3",
        bridge_, account_, prefix_);
    sql_.run(
        "UPDATE contacts own SET account = $2 WHERE account = $1 AND NOT EXISTS"
        " (SELECT 1 FROM contacts WHERE account = $2 AND phone = own.phone"
        " AND extension = own.extension)",
        bridge_, account_);
    sql_.run(
        "UPDATE first_counts own SET account = $2,"
        " prefix = CASE own.prefix WHEN '' THEN $3 ELSE own.prefix END"
        " WHERE account = $1 AND NOT EXISTS"
        " (SELECT 1 FROM first_counts WHERE account = $2 AND contact_id = own.contact_id"
        " AND prefix = CASE own.prefix WHEN '' THEN $3 ELSE own.prefix END)",
        bridge_, account_, prefix_);
    sql_.run(
        "UPDATE merges own SET account = $2 WHERE account = $1 AND NOT EXISTS"
        " (SELECT 1 FROM merges WHERE account = $2 AND loser_id = own.loser_id)",
        bridge_, account_);
    transaction.commit();
}

}  // namespace ringbridge::ledger::postgres
