// The tasks that were made for calls, or begun.
#include "ledger/moment.hpp"
#include "ledger/sqlite/store.hpp"

namespace ringbridge::ledger::sqlite {

std::map<CallId, KnownTask> SqliteStore::known_tasks(const std::set<CallId>& call_ids) {
    std::map<CallId, KnownTask> known;
    std::string task_id;
    long long creating_since = 0;
    for (const auto& call_id : call_ids) {
        const bool found = statements_.run(
            "SELECT task_id, creating_since FROM tasks WHERE bridge = :bridge AND call_id = :call",
            soci::into(task_id), soci::into(creating_since), soci::use(bridge_),
            soci::use(call_id.text));
        if (found) {
            known[call_id] = {.task_id = task_id, .creating_since = moment(creating_since)};
        }
    }
    return known;
}

void SqliteStore::know_tasks(const std::map<CallId, KnownTask>& tasks) {
    WriteTransaction transaction{sql_};
    for (const auto& [call_id, task] : tasks) {
        const long long since = moment(task.creating_since);
        statements_.run(
            "INSERT INTO tasks (bridge, call_id, task_id, creating_since) VALUES (:bridge, :call, "
            ":task, :since)"
            " ON CONFLICT (bridge, call_id) DO UPDATE SET"
            " task_id = excluded.task_id, creating_since = excluded.creating_since",
            soci::use(bridge_), soci::use(call_id.text), soci::use(task.task_id), soci::use(since));
    }
    transaction.commit();
}

}  // namespace ringbridge::ledger::sqlite
