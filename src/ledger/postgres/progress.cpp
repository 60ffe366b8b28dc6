// The calls on their way through the stages, as a run takes and saves them.
#include "ledger/key.hpp"
#include "ledger/moment.hpp"
#include "ledger/postgres/rows.hpp"

#include <utility>

namespace ringbridge::ledger::postgres {

std::map<CallId, Stage> PostgresStore::stages(const std::set<CallId>& call_ids) {
    std::map<std::string, Stage> by_key;
    std::string key, stage;
    sql_.run("SELECT call_id, stage FROM " + asked_calls, bridge_, column(call_ids, key_of))
        .each([&] { by_key[key] = stage_of(stage); }, key, stage);
    std::map<CallId, Stage> stages;
    for (const auto& id : call_ids) {
        const auto known = by_key.find(key_of(id));
        if (known != by_key.end()) stages[id] = known->second;
    }
    return stages;
}

void PostgresStore::end_waits_after(UtcTime latest) {
    write("UPDATE calls SET not_before = 0 WHERE bridge = $1 AND " + unfinished +
              " AND not_before > $2",
          bridge_, to_unix_ms(latest));
}

// A call with a reason of its own has a next try as well.
void PostgresStore::explain_waiting(const std::string& why) {
    write("UPDATE calls SET reason = $2 WHERE bridge = $1 AND " + unfinished +
              " AND not_before = 0 AND reason <> $2",
          bridge_, why);
}

// Rows are picked up here: the newer content kept beside them is applied first.
std::vector<Entry> PostgresStore::due(UtcTime now, int limit, Due which) {
    auto transaction = begin();
    take_in_newer(settled + ", 'seen', 'matched', 'written'");
    const auto since = which == Due::recent ? to_unix_ms(now - std::chrono::days{1}) : 0;
    const std::string narrower = which == Due::unmatched ? " AND stage = 'seen'" : "";
    auto entries = select("WHERE bridge = $1 AND " + unfinished + narrower +
                              " AND not_before <= $2 AND called_at >= $3"
                              " ORDER BY contact_id, called_at, call_id LIMIT $4",
                          bridge_, to_unix_ms(now), since, limit);
    transaction.commit();
    return entries;
}

int PostgresStore::count_unmatched() {
    int count = 0;
    sql_.run("SELECT COUNT(*) FROM calls WHERE bridge = $1 AND " + unfinished +
                 " AND stage = 'seen'",
             bridge_)
        .first(count);
    return count;
}

std::optional<UtcTime> PostgresStore::next_due() {
    long long next = 0;
    if (!sql_.run("SELECT not_before FROM calls WHERE bridge = $1 AND " + unfinished +
                      " ORDER BY not_before LIMIT 1",
                  bridge_)
             .first(next))
        return std::nullopt;
    return from_unix_ms(next);
}

std::optional<Entry> PostgresStore::oldest_unfinished() {
    auto entries = select("WHERE bridge = $1 AND " + unfinished +
                              " AND (synced_at = 0 OR attempts > 0)"
                              " ORDER BY synced_at > 0, seen_at LIMIT 1",
                          bridge_);
    if (entries.empty()) return std::nullopt;
    return std::move(entries.front());
}

// Returns those that were written: the others a person has changed meanwhile.
std::vector<Entry> PostgresStore::update(std::vector<Entry> entries) {
    const auto of = [&](auto value) { return column(entries, value); };
    std::set<std::string> written;
    std::string key;
    sql_.run(
            "UPDATE calls SET stage = now.stage, reason = now.reason, phone = now.phone,"
            " extension = now.extension, contact_id = contact, activity_id = activity,"
            " leaving = now.leaving, found = now.found, attempts = now.attempts,"
            " synced_at = synced, not_before = again, tried_at = tried"
            " FROM (SELECT $1 AS bridge, * FROM unnest($2::text[], $3::text[], $4::text[],"
            " $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::integer[],"
            " $11::integer[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[]) AS row (id,"
            " stage, reason, phone, extension, contact, activity, leaving, found, attempts, synced,"
            " again, tried, given) OFFSET 0)" +
                found_by_key +
                " AND calls.stage <> 'dismissed' AND given_phone = given RETURNING call_id",
            bridge_, of([](const Entry& entry) { return key_of(entry.call.id); }),
            of([](const Entry& entry) { return std::string{to_string(entry.stage)}; }),
            of([](const Entry& entry) { return entry.reason; }),
            of([](const Entry& entry) { return entry.phone.e164; }),
            of([](const Entry& entry) { return entry.phone.extension; }),
            of([](const Entry& entry) { return entry.contact_id; }),
            of([](const Entry& entry) { return entry.activity_id; }),
            of([](const Entry& entry) { return entry.leaving; }),
            of([](const Entry& entry) { return entry.found ? 1 : 0; }),
            of([](const Entry& entry) { return entry.attempts; }),
            of([](const Entry& entry) { return moment(entry.synced_at); }),
            of([](const Entry& entry) { return moment(entry.not_before); }),
            of([](const Entry& entry) { return moment(entry.tried_at); }),
            of([](const Entry& entry) { return entry.given_phone; }))
        .each([&] { written.insert(key); }, key);
    std::erase_if(entries,
                  [&](const Entry& entry) { return !written.contains(key_of(entry.call.id)); });
    return entries;
}

std::vector<Entry> PostgresStore::save(std::vector<Entry> entries) {
    auto transaction = begin();
    entries = update(std::move(entries));
    take_in_newer(settled);
    transaction.commit();
    return entries;
}

Entry PostgresStore::settle_move(Entry entry) {
    auto transaction = begin();
    if (entry.found) leave(entry.leaving);
    entry.leaving = {};
    entry.found = false;
    update({entry});
    transaction.commit();
    return entry;
}

void PostgresStore::reopen(const std::vector<CallId>& call_ids) {
    write(
        "UPDATE calls SET stage = 'matched', attempts = 0, not_before = 0, reason = ''"
        " WHERE bridge = $1 AND call_id = ANY($2::text[]) AND stage = 'done'"
        " AND activity_id <> '' AND payload <> ''",
        bridge_, column(call_ids, key_of));
}

}  // namespace ringbridge::ledger::postgres
