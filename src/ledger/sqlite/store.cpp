#include "ledger/sqlite/store.hpp"

namespace ringbridge::ledger::sqlite {

SqliteStore::SqliteStore(std::shared_ptr<Connection> connection, Scope scope)
    : connection_{std::move(connection)},
      bridge_{std::move(scope.bridge)},
      prefix_{std::move(scope.prefix)},
      account_{std::move(scope.account)} {
    join_account();
}

SqliteStore::SqliteStore(std::shared_ptr<Connection> connection, const SqliteStore& writer)
    : connection_{std::move(connection)},
      bridge_{writer.bridge_},
      prefix_{writer.prefix_},
      account_{writer.account_} {}

// Moves what the bridge knew on its own to its account; what the account has already wins.
void SqliteStore::join_account() {
    std::string account, prefix;
    statements_.run("SELECT account, prefix FROM bridges WHERE bridge = :bridge",
                    soci::into(account), soci::into(prefix), soci::use(bridge_));
    if (account_.empty()) account_ = account.empty() ? bridge_ : account;
    if (account_ == account && prefix_ == prefix) return;
    WriteTransaction transaction{sql_};
    statements_.run(
        "INSERT INTO bridges (bridge, account, prefix) VALUES (:bridge, :account, :prefix)"
        " ON CONFLICT (bridge) DO UPDATE SET"
        " account = excluded.account, prefix = excluded.prefix",
        soci::use(bridge_), soci::use(account_), soci::use(prefix_));
    statements_.run("UPDATE OR IGNORE contacts SET account = :account WHERE account = :bridge",
                    soci::use(account_), soci::use(bridge_));
    statements_.run(
        "UPDATE OR IGNORE first_counts SET account = :account,"
        " prefix = CASE prefix WHEN '' THEN :prefix ELSE prefix END"
        " WHERE account = :bridge",
        soci::use(account_), soci::use(prefix_), soci::use(bridge_));
    statements_.run("UPDATE OR IGNORE merges SET account = :account WHERE account = :bridge",
                    soci::use(account_), soci::use(bridge_));
    transaction.commit();
}

}  // namespace ringbridge::ledger::sqlite
