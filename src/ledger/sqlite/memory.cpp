// What a bridge remembers by name, and the reports of its past runs.
#include "ledger/sqlite/store.hpp"

namespace ringbridge::ledger::sqlite {

UtcTime SqliteStore::birth(UtcTime now) {
    const auto known = recall("born_at");
    if (known) return from_unix_ms(std::stoll(*known));
    remember("born_at", std::to_string(to_unix_ms(now)));
    return now;
}

std::optional<std::string> SqliteStore::recall(const std::string& key) {
    std::string value;
    if (!statements_.run("SELECT value FROM memory WHERE bridge = :bridge AND name = :name",
                         soci::into(value), soci::use(bridge_), soci::use(key)))
        return std::nullopt;
    return value;
}

// What is known already is not written: that would wait for the disk.
void SqliteStore::remember(const std::string& key, const std::string& value) {
    statements_.run(
        "INSERT INTO memory (bridge, name, value) VALUES (:bridge, :name, :value)"
        " ON CONFLICT (bridge, name) DO UPDATE SET value = excluded.value"
        " WHERE value <> excluded.value",
        soci::use(bridge_), soci::use(key), soci::use(value));
}

void SqliteStore::save_run(const std::string& run_id, UtcTime started_at,
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

std::vector<std::string> SqliteStore::runs(int limit) {
    std::vector<std::string> reports;
    std::string report;
    statements_.each_row(
        "SELECT report FROM runs WHERE bridge = :bridge ORDER BY started_at DESC, run_id LIMIT "
        ":limit",
        [&] { reports.push_back(report); }, soci::into(report), soci::use(bridge_),
        soci::use(limit));
    return reports;
}

std::optional<std::string> SqliteStore::find_run(const std::string& run_id) {
    std::string report;
    if (!statements_.run("SELECT report FROM runs WHERE bridge = :bridge AND run_id = :run",
                         soci::into(report), soci::use(bridge_), soci::use(run_id)))
        return std::nullopt;
    return report;
}

}  // namespace ringbridge::ledger::sqlite
