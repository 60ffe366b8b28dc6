// The calls on their way through the stages, as a run takes and saves them.
#include "ledger/moment.hpp"
#include "ledger/sqlite/call_rows.hpp"
#include "ledger/sqlite/store.hpp"

namespace ringbridge::ledger::sqlite {

std::map<CallId, Stage> SqliteStore::stages(const std::set<CallId>& call_ids) {
    std::map<CallId, Stage> stages;
    std::string stage;
    for (const auto& id : call_ids) {
        const bool known =
            statements_.run("SELECT stage FROM calls WHERE bridge = :bridge AND call_id = :id",
                            soci::into(stage), soci::use(bridge_), soci::use(id.text));
        if (known) stages[id] = stage_of(stage);
    }
    return stages;
}

void SqliteStore::end_waits_after(UtcTime latest) {
    const long long latest_ms = to_unix_ms(latest);
    statements_.run(
        "UPDATE calls INDEXED BY calls_waiting SET not_before = 0"
        " WHERE bridge = :bridge AND " +
            unfinished + " AND not_before > :latest",
        soci::use(bridge_), soci::use(latest_ms));
}

// A call with a reason of its own has a next try as well.
void SqliteStore::explain_waiting(const std::string& why) {
    statements_.run(
        "UPDATE calls INDEXED BY calls_waiting SET reason = :why"
        " WHERE bridge = :bridge AND " +
            unfinished + " AND not_before = 0",
        soci::use(why), soci::use(bridge_));
}

// Rows are picked up here: the newer content kept beside them is applied first.
std::vector<Entry> SqliteStore::due(UtcTime now, int limit, Due which) {
    WriteTransaction transaction{sql_};
    take_in_newer(settled + ", 'seen', 'matched', 'written'");
    transaction.commit();
    const long long now_ms = to_unix_ms(now);
    const long long since_ms = which == Due::recent ? to_unix_ms(now - std::chrono::days{1}) : 0;
    const std::string narrower = which == Due::unmatched ? " AND stage = 'seen'" : "";
    return select(statements_,
                  "INDEXED BY calls_in_hand WHERE bridge = :bridge AND " + unfinished + narrower +
                      " AND not_before <= :now AND called_at >= :since"
                      " ORDER BY contact_id, called_at, call_id LIMIT :limit",
                  soci::use(bridge_), soci::use(now_ms), soci::use(since_ms), soci::use(limit));
}

int SqliteStore::count_unmatched() {
    int count = 0;
    statements_.run(
        "SELECT COUNT(*) FROM calls INDEXED BY calls_in_hand WHERE bridge = :bridge AND " +
            unfinished + " AND stage = 'seen'",
        soci::into(count), soci::use(bridge_));
    return count;
}

std::optional<UtcTime> SqliteStore::next_due() {
    long long next = 0;
    if (!statements_.run(
            "SELECT not_before FROM calls INDEXED BY calls_waiting WHERE bridge = :bridge AND " +
                unfinished + " ORDER BY not_before LIMIT 1",
            soci::into(next), soci::use(bridge_)))
        return std::nullopt;
    return from_unix_ms(next);
}

std::optional<Entry> SqliteStore::oldest_unfinished() {
    auto entries = select(statements_,
                          "INDEXED BY calls_in_hand WHERE bridge = :bridge AND " + unfinished +
                              " AND (synced_at = 0 OR attempts > 0)"
                              " ORDER BY synced_at > 0, seen_at LIMIT 1",
                          soci::use(bridge_));
    if (entries.empty()) return std::nullopt;
    return std::move(entries.front());
}

// False: a person has changed the call meanwhile. RETURNING would build a table for each row.
bool SqliteStore::update(const Entry& entry) {
    const std::string stage{to_string(entry.stage)};
    const int found = entry.found ? 1 : 0;
    const long long synced = moment(entry.synced_at), not_before = moment(entry.not_before),
                    tried = moment(entry.tried_at);
    return statements_.change(
               "UPDATE calls SET stage = :stage, reason = :reason, phone = :phone,"
               " extension = :extension, contact_id = :contact, activity_id = :activity,"
               " found = :found, attempts = :attempts, synced_at = :synced,"
               " not_before = :not_before, tried_at = :tried, leaving = :leaving"
               " WHERE bridge = :bridge AND call_id = :id"
               " AND stage <> 'dismissed' AND given_phone = :given",
               soci::use(stage), soci::use(entry.reason), soci::use(entry.phone.e164),
               soci::use(entry.phone.extension), soci::use(entry.contact_id.text),
               soci::use(entry.activity_id.text), soci::use(found), soci::use(entry.attempts),
               soci::use(synced), soci::use(not_before), soci::use(tried),
               soci::use(entry.leaving.text), soci::use(bridge_), soci::use(entry.call.id.text),
               soci::use(entry.given_phone)) > 0;
}

std::vector<Entry> SqliteStore::save(std::vector<Entry> entries) {
    WriteTransaction transaction{sql_};
    std::erase_if(entries, [&](const Entry& entry) { return !update(entry); });
    take_in_newer(settled);
    transaction.commit();
    return entries;
}

Entry SqliteStore::settle_move(Entry entry) {
    WriteTransaction transaction{sql_};
    if (entry.found) leave(entry.leaving);
    entry.leaving = {};
    entry.found = false;
    update(entry);
    transaction.commit();
    return entry;
}

void SqliteStore::reopen(const std::vector<CallId>& call_ids) {
    WriteTransaction transaction{sql_};
    for (const auto& id : call_ids) {
        statements_.run(
            "UPDATE calls SET stage = 'matched', attempts = 0, not_before = 0, reason = ''"
            " WHERE bridge = :bridge AND call_id = :id AND stage = 'done' AND activity_id <> ''"
            " AND payload <> ''",
            soci::use(bridge_), soci::use(id.text));
    }
    transaction.commit();
}

}  // namespace ringbridge::ledger::sqlite
