#include "ledger/sqlite/store.hpp"

#include "ledger/sqlite/migrations.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace ringbridge::ledger::sqlite {

SqliteStore::SqliteStore(const std::string& path, Scope scope)
    : bridge_{std::move(scope.bridge)},
      prefix_{std::move(scope.prefix)},
      account_{std::move(scope.account)} {
    open_shared(sql_, path);
    // FULL: what was saved before an effect must survive a power cut after it.
    sql_ << "PRAGMA synchronous = FULL";
    // Deleted content is overwritten; Debian's SQLite does so by default.
    sql_ << "PRAGMA secure_delete = ON";
    migrate(sql_);
    join_account();
}

SqliteStore::SqliteStore(const std::string& path, const SqliteStore& writer)
    : bridge_{writer.bridge_}, prefix_{writer.prefix_}, account_{writer.account_} {
    sql_.open(soci::sqlite3, "db=\"" + path + "\" timeout=10");
    sql_ << "PRAGMA query_only = ON";
}

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
