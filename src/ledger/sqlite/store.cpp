// Opening the file, its schema, and everything but the calls themselves.
#include "ledger/sqlite/store.hpp"

#include "core/stop.hpp"
#include "ledger/sqlite/migrations.hpp"
#include "ledger/sqlite/private_file.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace ringbridge::ledger {

long long moment(const std::optional<UtcTime>& time) { return time ? to_unix_ms(*time) : 0; }

std::optional<UtcTime> moment(long long ms) {
    if (ms == 0) return std::nullopt;
    return from_unix_ms(ms);
}

Ledger::Store::Store(const std::string& path, Scope scope)
    : bridge_{std::move(scope.bridge)},
      prefix_{std::move(scope.prefix)},
      account_{std::move(scope.account)} {
    exposed_ = make_ledger_private(path);
    open_shared(sql_, path);
    // FULL: what was saved before an effect must survive a power cut after it.
    sql_ << "PRAGMA synchronous = FULL";
    // Deleted content is overwritten; Debian's SQLite does so by default.
    sql_ << "PRAGMA secure_delete = ON";
    migrate();
    join_account();
}

Ledger::Store::Store(const std::string& path, const Store& writer)
    : bridge_{writer.bridge_}, prefix_{writer.prefix_}, account_{writer.account_} {
    sql_.open(soci::sqlite3, "db=\"" + path + "\" timeout=10");
    sql_ << "PRAGMA query_only = ON";
}

void Ledger::Store::migrate() {
    WriteTransaction transaction{sql_};
    sql_ << "CREATE TABLE IF NOT EXISTS memory ("
            " bridge TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
            " PRIMARY KEY (bridge, name))";
    int version = 0;
    statements_.run(
        "SELECT CAST(value AS INTEGER) FROM memory WHERE bridge = '' AND name = 'schema'",
        soci::into(version));
    const auto steps = migrations();
    if (version > static_cast<int>(steps.size())) {
        throw WrongSettings{
            "this ledger was written by a newer ringbridge: upgrade this one, or set DATABASE_URL "
            "to another file"};
    }
    for (const auto& step : steps.subspan(static_cast<std::size_t>(version))) {
        sql_ << std::string{step};
    }
    const auto reached = std::to_string(steps.size());
    statements_.run(
        "INSERT INTO memory (bridge, name, value) VALUES ('', 'schema', :reached)"
        " ON CONFLICT (bridge, name) DO UPDATE SET value = excluded.value",
        soci::use(reached));
    transaction.commit();
}

// Moves what the bridge knew on its own to its account; what the account has already wins.
void Ledger::Store::join_account() {
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

UtcTime Ledger::Store::birth(UtcTime now) {
    const auto known = recall("born_at");
    if (known) return from_unix_ms(std::stoll(*known));
    remember("born_at", std::to_string(to_unix_ms(now)));
    return now;
}

std::optional<std::string> Ledger::Store::recall(const std::string& key) {
    std::string value;
    if (!statements_.run("SELECT value FROM memory WHERE bridge = :bridge AND name = :name",
                         soci::into(value), soci::use(bridge_), soci::use(key)))
        return std::nullopt;
    return value;
}

void Ledger::Store::remember(const std::string& key, const std::string& value) {
    statements_.run(
        "INSERT INTO memory (bridge, name, value) VALUES (:bridge, :name, :value)"
        " ON CONFLICT (bridge, name) DO UPDATE SET value = excluded.value",
        soci::use(bridge_), soci::use(key), soci::use(value));
}

void Ledger::Store::save_run(const std::string& run_id, UtcTime started_at,
                             const std::string& report) {
    const long long started = to_unix_ms(started_at);
    const long long long_ago = to_unix_ms(started_at - std::chrono::days{30});
    WriteTransaction transaction{sql_};
    statements_.run(
        "INSERT INTO runs (bridge, run_id, started_at, report) VALUES (:bridge, :run, :started, "
        ":report)"
        " ON CONFLICT (bridge, run_id) DO UPDATE SET report = excluded.report",
        soci::use(bridge_), soci::use(run_id), soci::use(started), soci::use(report));
    // Keeps thirty days or the last thousand runs, whichever are more.
    statements_.run(
        "DELETE FROM runs WHERE bridge = :bridge AND started_at < :long_ago AND started_at <"
        " (SELECT started_at FROM runs WHERE bridge = :bridge"
        " ORDER BY started_at DESC LIMIT 1 OFFSET 999)",
        soci::use(bridge_, "bridge"), soci::use(long_ago, "long_ago"));
    transaction.commit();
}

std::vector<std::string> Ledger::Store::runs(int limit) {
    std::vector<std::string> reports;
    std::string report;
    statements_.each_row(
        "SELECT report FROM runs WHERE bridge = :bridge ORDER BY started_at DESC, run_id LIMIT "
        ":limit",
        [&] { reports.push_back(report); }, soci::into(report), soci::use(bridge_),
        soci::use(limit));
    return reports;
}

std::optional<std::string> Ledger::Store::find_run(const std::string& run_id) {
    std::string report;
    if (!statements_.run("SELECT report FROM runs WHERE bridge = :bridge AND run_id = :run",
                         soci::into(report), soci::use(bridge_), soci::use(run_id)))
        return std::nullopt;
    return report;
}

}  // namespace ringbridge::ledger
