// What a bridge remembers by name, its unread ranges, its tasks, and the reports of its past runs.
#include "ledger/key.hpp"
#include "ledger/moment.hpp"
#include "ledger/postgres/store.hpp"

namespace ringbridge::ledger::postgres {

UtcTime PostgresStore::birth(UtcTime now) {
    if (const auto known = recall("born_at")) return from_unix_ms(std::stoll(*known));
    sql_.run(
        "INSERT INTO memory (bridge, name, value) VALUES ($1, 'born_at', $2)"
        " ON CONFLICT (bridge, name) DO NOTHING",
        bridge_, std::to_string(to_unix_ms(now)));
    return from_unix_ms(std::stoll(recall("born_at").value_or("0")));
}

std::optional<std::string> PostgresStore::recall(const std::string& key) {
    std::string value;
    if (!sql_.run("SELECT value FROM memory WHERE bridge = $1 AND name = $2", bridge_, key)
             .first(value))
        return std::nullopt;
    return value;
}

void PostgresStore::remember(const std::string& key, const std::string& value) {
    write(
        "INSERT INTO memory (bridge, name, value) VALUES ($1, $2, $3)"
        " ON CONFLICT (bridge, name) DO UPDATE SET value = excluded.value",
        bridge_, key, value);
}

void PostgresStore::save_run(const std::string& run_id, UtcTime started_at,
                             const std::string& report) {
    auto transaction = begin();
    sql_.run(
        "INSERT INTO runs (bridge, run_id, started_at, report) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (bridge, run_id) DO UPDATE SET report = excluded.report",
        bridge_, run_id, to_unix_ms(started_at), report);
    // Keeps thirty days or the last thousand runs, whichever are more.
    sql_.run(
        "DELETE FROM runs WHERE bridge = $1 AND started_at < $2 AND started_at <"
        " (SELECT started_at FROM runs WHERE bridge = $1"
        " ORDER BY started_at DESC LIMIT 1 OFFSET 999)",
        bridge_, to_unix_ms(started_at - std::chrono::days{30}));
    transaction.commit();
}

std::vector<std::string> PostgresStore::runs(int limit) {
    std::vector<std::string> reports;
    std::string report;
    sql_.run("SELECT report FROM runs WHERE bridge = $1 ORDER BY started_at DESC, run_id LIMIT $2",
             bridge_, limit)
        .each([&] { reports.push_back(report); }, report);
    return reports;
}

std::optional<std::string> PostgresStore::find_run(const std::string& run_id) {
    std::string report;
    if (!sql_.run("SELECT report FROM runs WHERE bridge = $1 AND run_id = $2", bridge_, run_id)
             .first(report))
        return std::nullopt;
    return report;
}

std::vector<Gap> PostgresStore::gaps() {
    std::vector<Gap> gaps;
    Gap gap;
    long long since = 0, until = 0, found_at = 0, next_try = 0;
    const auto take_row = [&] {
        gap.range = {from_unix_ms(since), from_unix_ms(until)};
        gap.found_at = from_unix_ms(found_at);
        gap.next_try = from_unix_ms(next_try);
        gaps.push_back(gap);
    };
    sql_.run(
            "SELECT since, until, found_at, reason, attempts, next_try FROM gaps"
            " WHERE bridge = $1 ORDER BY since",
            bridge_)
        .each(take_row, since, until, found_at, gap.reason, gap.attempts, next_try);
    return gaps;
}

void PostgresStore::replace_gaps(const TimeRange& range, const std::vector<Gap>& left) {
    auto transaction = begin();
    sql_.run("DELETE FROM gaps WHERE bridge = $1 AND since >= $2 AND until <= $3", bridge_,
             to_unix_ms(range.since), to_unix_ms(range.until));
    const auto of = [&](auto value) { return column(left, value); };
    sql_.run(
        "INSERT INTO gaps (bridge, since, until, found_at, reason, attempts, next_try)"
        " SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[],"
        " $6::integer[], $7::bigint[]) ON CONFLICT (bridge, since, until) DO UPDATE SET"
        " reason = excluded.reason, attempts = excluded.attempts,"
        " next_try = excluded.next_try",
        bridge_, of([](const Gap& gap) { return to_unix_ms(gap.range.since); }),
        of([](const Gap& gap) { return to_unix_ms(gap.range.until); }),
        of([](const Gap& gap) { return to_unix_ms(gap.found_at); }),
        of([](const Gap& gap) { return gap.reason; }),
        of([](const Gap& gap) { return gap.attempts; }),
        of([](const Gap& gap) { return to_unix_ms(gap.next_try); }));
    transaction.commit();
}

std::map<CallId, KnownTask> PostgresStore::known_tasks(const std::set<CallId>& call_ids) {
    std::map<std::string, KnownTask> by_key;
    std::string key, task_id;
    long long creating_since = 0;
    sql_.run(
            "SELECT call_id, task_id, creating_since FROM tasks"
            " WHERE bridge = $1 AND call_id = ANY($2::text[])",
            bridge_, column(call_ids, key_of))
        .each([&] { by_key[key] = {task_id, moment(creating_since)}; }, key, task_id,
              creating_since);
    std::map<CallId, KnownTask> known;
    for (const auto& id : call_ids) {
        const auto found = by_key.find(key_of(id));
        if (found != by_key.end()) known[id] = found->second;
    }
    return known;
}

void PostgresStore::know_tasks(const std::map<CallId, KnownTask>& tasks) {
    const auto of = [&](auto value) { return column(tasks, value); };
    write(
        "INSERT INTO tasks (bridge, call_id, task_id, creating_since)"
        " SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[])"
        " ON CONFLICT (bridge, call_id) DO UPDATE SET"
        " task_id = excluded.task_id, creating_since = excluded.creating_since",
        bridge_, of([](const auto& row) { return key_of(row.first); }),
        of([](const auto& row) { return row.second.task_id; }),
        of([](const auto& row) { return moment(row.second.creating_since); }));
}

}  // namespace ringbridge::ledger::postgres
