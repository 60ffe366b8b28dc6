// Calls as the platform lists them: recorded, and their later content kept until no run is
// processing the call.
#include "ledger/call_codec.hpp"
#include "ledger/sqlite/call_rows.hpp"
#include "ledger/sqlite/search.hpp"
#include "ledger/sqlite/store.hpp"

namespace ringbridge::ledger::sqlite {

std::map<CallId, Stage> SqliteStore::record(const std::vector<Call>& calls,
                                            const std::vector<UnreadableRecord>& unreadable,
                                            UtcTime now) {
    std::set<CallId> ids, kept;
    for (const auto& record : unreadable) kept.insert(record.key);
    WriteTransaction transaction{sql_};
    for (const auto& call : calls) {
        record_call(call, !kept.contains(call.id), now);
        ids.insert(call.id);
    }
    keep_records(unreadable, now);
    take_in_newer(settled);
    transaction.commit();
    ids.merge(kept);
    auto found = stages(ids);
    for (const auto& record : unreadable) found.try_emplace(record.key, Stage::parked);
    return found;
}

// `is_whole`: no record of it needs to be kept any more.
void SqliteStore::record_call(const Call& call, bool is_whole, UtcTime now) {
    const auto hash = listing_hash(call);
    std::string last_listed;
    int has_record = 0;
    const bool known = statements_.run(
        "SELECT payload_hash, raw <> '' FROM calls WHERE bridge = :bridge AND call_id = :id",
        soci::into(last_listed), soci::into(has_record), soci::use(bridge_),
        soci::use(call.id.text));
    if (!known) insert_call(call, hash, now);
    if (known && last_listed != hash) record_change(call, hash, now);
    if (has_record != 0 && is_whole) drop_record(call.id);
    if (call.pushed) note_pushed(call.id, now);
}

void SqliteStore::note_pushed(const CallId& call_id, UtcTime now) {
    const long long pushed = to_unix_ms(now);
    statements_.run("UPDATE calls SET pushed_at = :pushed WHERE bridge = :bridge AND call_id = :id",
                    soci::use(pushed), soci::use(bridge_), soci::use(call_id.text));
}

void SqliteStore::insert_call(const Call& call, const std::string& hash, UtcTime now) {
    const auto payload = encode_call(call);
    const long long called = to_unix_ms(place_of(call.called_at, now));
    const long long seen = to_unix_ms(now);
    statements_.run(insert_into_calls +
                        " VALUES (:bridge, :id, :called, :payload, :hash, '', '',"
                        " 'seen', '', '', '', '', '', 0, 0, :seen, 0, 0, 0)",
                    soci::use(bridge_), soci::use(call.id.text), soci::use(called),
                    soci::use(payload), soci::use(hash), soci::use(seen));
    set_searched(call.id, searched_text(call));
}

// What people find a call by; triggers keep the index in step with it.
void SqliteStore::set_searched(const CallId& call_id, const std::string& text) {
    statements_.run(
        "INSERT INTO searched (bridge, call_id, text) VALUES (:bridge, :id, :text)"
        " ON CONFLICT (bridge, call_id) DO UPDATE SET text = excluded.text",
        soci::use(bridge_), soci::use(call_id.text), soci::use(text));
}

// The hash differs from what came last: the content changed, or it is older or newer, or an earlier
// version wrote it. A run may be processing the row, so its content stays until the row settles.
void SqliteStore::record_change(const Call& listed, const std::string& listed_hash, UtcTime now) {
    std::string payload, newer, raw;
    statements_.run(
        "SELECT calls.payload, COALESCE(newer_records.payload, ''), raw"
        " FROM calls LEFT JOIN newer_records USING (bridge, call_id)"
        " WHERE bridge = :bridge AND call_id = :id",
        soci::into(payload), soci::into(newer), soci::into(raw), soci::use(bridge_),
        soci::use(listed.id.text));
    const bool forgotten = payload.empty() && raw.empty();
    if (forgotten) return;
    if (payload.empty()) note_seen(listed.id, now);
    const auto& last = newer.empty() ? payload : newer;
    const auto known = last.empty() ? std::nullopt : std::optional{decode_call(last)};
    if (!known || !is_older(listed, *known)) {
        statements_.run(
            "UPDATE calls SET payload_hash = :hash WHERE bridge = :bridge AND call_id = :id",
            soci::use(listed_hash), soci::use(bridge_), soci::use(listed.id.text));
    }
    const auto call = known ? merged(listed, *known) : listed;
    const auto encoded = encode_call(call);
    const bool same = known && content_of(call) == content_of(*known);
    if (same && newer.empty()) return set_payload(call.id, encoded);
    statements_.run(
        "INSERT INTO newer_records (bridge, call_id, payload) VALUES (:bridge, :id, :payload)"
        " ON CONFLICT (bridge, call_id) DO UPDATE SET payload = excluded.payload",
        soci::use(bridge_), soci::use(listed.id.text), soci::use(encoded));
}

// Of a row without content: until the platform was asked for it, only this machine's clock dated
// it.
void SqliteStore::note_seen(const CallId& call_id, UtcTime now) {
    const long long seen = to_unix_ms(now);
    statements_.run("UPDATE calls SET seen_at = :seen WHERE bridge = :bridge AND call_id = :id",
                    soci::use(seen), soci::use(bridge_), soci::use(call_id.text));
}

// Content is the same: what differs is what a detail was last read for, or which event brought it.
void SqliteStore::set_payload(const CallId& call_id, const std::string& payload) {
    statements_.run("UPDATE calls SET payload = :payload WHERE bridge = :bridge AND call_id = :id",
                    soci::use(payload), soci::use(bridge_), soci::use(call_id.text));
}

// Applies what was kept beside rows in these stages, none of which a run may be processing. Usually
// there is nothing: SQLite's CROSS JOIN starts with the left table, where another join might scan
// all calls.
void SqliteStore::take_in_newer(const std::string& stages) {
    std::vector<Call> newer;
    std::string payload;
    statements_.each_row(
        "SELECT newer_records.payload FROM newer_records CROSS JOIN calls USING (bridge, call_id)"
        " WHERE bridge = :bridge AND stage IN (" +
            stages + ')',
        [&] { newer.push_back(decode_call(payload)); }, soci::into(payload), soci::use(bridge_));
    for (const auto& call : newer) {
        set_content(call);
        statements_.run("DELETE FROM newer_records WHERE bridge = :bridge AND call_id = :id",
                        soci::use(bridge_), soci::use(call.id.text));
    }
}

// A parked call is tried again; one with an activity has it updated. A dismissed one stays
// dismissed, and has its new content if it is retried.
void SqliteStore::set_content(const Call& call) {
    const auto payload = encode_call(call);
    const long long called = to_unix_ms(call.called_at);
    const long long ahead = ahead_max.count();
    statements_.run(
        "UPDATE calls SET payload = :payload,"
        " called_at = CASE WHEN :called - :ahead > seen_at THEN seen_at ELSE :called END,"
        " attempts = 0, not_before = 0,"
        " reason = CASE WHEN stage = 'dismissed' THEN reason ELSE '' END,"
        " stage = CASE WHEN stage = 'dismissed' THEN stage"
        " WHEN activity_id <> '' THEN 'matched' ELSE 'seen' END"
        " WHERE bridge = :bridge AND call_id = :id",
        soci::use(payload, "payload"), soci::use(called, "called"), soci::use(ahead, "ahead"),
        soci::use(bridge_, "bridge"), soci::use(call.id.text, "id"));
    set_searched(call.id, searched_text(call));
}

}  // namespace ringbridge::ledger::sqlite
