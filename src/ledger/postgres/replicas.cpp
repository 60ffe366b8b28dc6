#include "ledger/postgres/replicas.hpp"

#include "core/stop.hpp"
#include "ledger/spread.hpp"

namespace ringbridge::ledger::postgres {
namespace {

std::vector<std::string> list_of(const std::set<std::string>& names) {
    return {names.begin(), names.end()};
}

}  // namespace

Holders PostgresReplicas::renew(const Replica& replica, const std::set<std::string>& in_use,
                                Milliseconds span) {
    sql_.need_held();  // a run that lost its lock sends nothing more: its leases are not renewed
    Transaction transaction{sql_, "replicas"};
    remove_dead(replica);
    note_alive(replica, span);
    auto held = holders();
    const auto moves = moves_of(replica.name, living(), held, in_use);
    if (!moves.given_up.empty()) {
        sql_.run("DELETE FROM leases WHERE bridge = ANY($1::text[])", list_of(moves.given_up));
    }
    if (!moves.taken.empty()) {
        sql_.run("INSERT INTO leases (bridge, holder) SELECT unnest($1::text[]), $2",
                 list_of(moves.taken), replica.name);
    }
    transaction.commit();
    for (const auto& bridge : moves.given_up) held.erase(bridge);
    for (const auto& bridge : moves.taken) held[bridge] = replica.name;
    return held;
}

// A session may outlive its replica, which is frozen or cut off: the server ends it, and with it
// the run locks that it holds. What the replica had begun to write is rolled back.
void PostgresReplicas::remove_dead(const Replica& replica) {
    sql_.run(
        "WITH dead AS (DELETE FROM replicas WHERE (name, birth) <> ($1, $2)"
        " AND alive_until < clock_timestamp() RETURNING name, pid, session_began), freed AS "
        "(DELETE FROM leases WHERE holder IN"
        " (SELECT name FROM dead)) SELECT pg_terminate_backend(dead.pid) FROM dead"
        " JOIN pg_stat_activity session ON session.pid = dead.pid"
        " AND session.backend_start = dead.session_began",
        replica.name, replica.birth);
}

// One that was killed may be started again under its name at once: its session has ended.
void PostgresReplicas::note_alive(const Replica& replica, Milliseconds span) {
    const auto noted = sql_.run(
        "INSERT INTO replicas (name, birth, bridges, pid, session_began, alive_until)"
        " SELECT $1, $2, $3::text[], pid, backend_start,"
        " clock_timestamp() + $4::bigint * interval '1 millisecond'"
        " FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        " ON CONFLICT (name) DO UPDATE SET birth = excluded.birth, bridges = excluded.bridges,"
        " pid = excluded.pid, session_began = excluded.session_began,"
        " alive_until = excluded.alive_until"
        " WHERE replicas.birth = $2 OR NOT EXISTS (SELECT 1 FROM pg_stat_activity session"
        " WHERE session.pid = replicas.pid AND session.backend_start = replicas.session_began)",
        replica.name, replica.birth, list_of(replica.bridges), span.count());
    if (noted.changed() > 0) return;
    throw LedgerOutOfReach{"another process on the ledger's database has the REPLICA_NAME " +
                           replica.name + ": each needs its own"};
}

std::map<std::string, std::set<std::string>> PostgresReplicas::living() {
    std::map<std::string, std::set<std::string>> living;
    std::string name, bridge;
    sql_.run("SELECT name, unnest(bridges) FROM replicas")
        .each([&] { living[name].insert(bridge); }, name, bridge);
    return living;
}

Holders PostgresReplicas::holders() {
    Holders holders;
    std::string bridge, holder;
    sql_.run("SELECT bridge, holder FROM leases")
        .each([&] { holders[bridge] = holder; }, bridge, holder);
    return holders;
}

void PostgresReplicas::leave(const Replica& replica) {
    sql_.run(
        "WITH gone AS (DELETE FROM replicas WHERE name = $1 AND birth = $2 RETURNING name)"
        " DELETE FROM leases WHERE holder IN (SELECT name FROM gone)",
        replica.name, replica.birth);
}

}  // namespace ringbridge::ledger::postgres
