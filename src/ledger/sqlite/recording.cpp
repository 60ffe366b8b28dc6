// Calls as the platform lists them: recorded, and their later content kept until no run is
// processing the call.
#include "core/text.hpp"
#include "ledger/call_codec.hpp"
#include "ledger/sqlite/call_rows.hpp"
#include "ledger/sqlite/search.hpp"
#include "ledger/sqlite/store.hpp"

#include <climits>

namespace ringbridge::ledger::sqlite {
namespace {

const std::string insert_into_calls =
    "INSERT INTO calls (bridge, call_id, called_at, payload, payload_hash, raw, search, stage,"
    " reason, phone, extension, contact_id, activity_id, found, attempts, seen_at, synced_at,"
    " not_before, tried_at)";

// The prefix of keys of records without an id: see UnreadableRecord.
constexpr std::string_view without_id = "unreadable:";
const CallId more_without_id = "unreadable:more";

}  // namespace

std::map<CallId, Stage> SqliteStore::record(const std::vector<Call>& calls,
                                            const std::vector<UnreadableRecord>& unreadable,
                                            UtcTime now) {
    std::set<CallId> ids;
    WriteTransaction transaction{sql_};
    for (const auto& call : calls) {
        record_call(call, now);
        ids.insert(call.id);
    }
    for (const auto& record : unreadable) {
        record_unreadable(record, now);
        ids.insert(record.key);
    }
    take_in_newer(settled);
    transaction.commit();
    auto found = stages(ids);
    for (const auto& record : unreadable) found.try_emplace(record.key, Stage::parked);
    return found;
}

void SqliteStore::record_call(const Call& call, UtcTime now) {
    const auto hash = stable_hash(content_of(call) + call.listed);
    std::string last_listed;
    const bool known =
        statements_.run("SELECT payload_hash FROM calls WHERE bridge = :bridge AND call_id = :id",
                        soci::into(last_listed), soci::use(bridge_), soci::use(call.id.text));
    if (!known) {
        insert_call(call, hash, now);
    } else if (last_listed != hash) {
        record_change(call, hash);
    }
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

// The hash differs from the last listing's: the content changed, or an earlier version wrote
// it. A run may be processing the row, so its content stays until the row settles.
void SqliteStore::record_change(const Call& listed, const std::string& listed_hash) {
    std::string payload, newer, raw;
    statements_.run(
        "SELECT calls.payload, COALESCE(newer_records.payload, ''), raw"
        " FROM calls LEFT JOIN newer_records USING (bridge, call_id)"
        " WHERE bridge = :bridge AND call_id = :id",
        soci::into(payload), soci::into(newer), soci::into(raw), soci::use(bridge_),
        soci::use(listed.id.text));
    const bool forgotten = payload.empty() && raw.empty();
    if (forgotten) return;
    statements_.run(
        "UPDATE calls SET payload_hash = :hash WHERE bridge = :bridge AND call_id = :id",
        soci::use(listed_hash), soci::use(bridge_), soci::use(listed.id.text));
    const auto& last = newer.empty() ? payload : newer;
    const auto call = last.empty() ? listed : fill_blanks(listed, decode_call(last));
    const auto encoded = encode_call(call);
    if (!last.empty() && content_of(call) == content_of(decode_call(last))) {
        if (newer.empty()) set_payload(call.id, encoded);
        return;
    }
    statements_.run(
        "INSERT INTO newer_records (bridge, call_id, payload) VALUES (:bridge, :id, :payload)"
        " ON CONFLICT (bridge, call_id) DO UPDATE SET payload = excluded.payload",
        soci::use(bridge_), soci::use(listed.id.text), soci::use(encoded));
}

// Content is the same: what differs is what a detail was last read for.
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
        " raw = '', attempts = 0, not_before = 0,"
        " reason = CASE WHEN stage = 'dismissed' THEN reason ELSE '' END,"
        " stage = CASE WHEN stage = 'dismissed' THEN stage"
        " WHEN activity_id <> '' THEN 'matched' ELSE 'seen' END"
        " WHERE bridge = :bridge AND call_id = :id",
        soci::use(payload, "payload"), soci::use(called, "called"), soci::use(ahead, "ahead"),
        soci::use(bridge_, "bridge"), soci::use(call.id.text, "id"));
    set_searched(call.id, searched_text(call));
}

// A record without an id is identified by its content. If that varies, each listing brings new
// ones: `most` are kept for a person to review, of the rest only their number and the newest.
void SqliteStore::record_unreadable(const UnreadableRecord& record, UtcTime now) {
    constexpr int most = 100;
    constexpr const char* how_many =
        " more records without a usable id arrived than are kept; fix the profile's mapping, then "
        "read them again with sync --since";
    insert_unreadable(record, now, record.key.text.starts_with(without_id) ? most : INT_MAX);
    if (stages({record.key}).contains(record.key)) return;
    insert_unreadable({more_without_id, record.raw, std::string{"0"} + how_many}, now, INT_MAX);
    const std::string suffix = how_many;
    statements_.run(
        "UPDATE calls SET raw = :raw, reason = (CAST(reason AS INTEGER) + 1) || :suffix"
        " WHERE bridge = :bridge AND call_id = :id",
        soci::use(record.raw), soci::use(suffix), soci::use(bridge_),
        soci::use(more_without_id.text));
}

// Does nothing if it exists already, or if `most` others without an id wait for a person.
void SqliteStore::insert_unreadable(const UnreadableRecord& record, UtcTime now, int most) {
    const long long seen = to_unix_ms(now);
    const auto hash = stable_hash(record.raw);
    const auto inserted = statements_.change(
        insert_into_calls +
            " SELECT :bridge, :id, :seen, '', :hash, :raw, '',"
            " 'parked', :why, '', '', '', '', 0, 0, :seen, 0, 0, 0"
            " WHERE :most > (SELECT COUNT(*) FROM calls WHERE bridge = :bridge"
            " AND call_id >= 'unreadable:' AND call_id < 'unreadable;' AND call_id <> :more"
            " AND stage = 'parked')"
            " ON CONFLICT (bridge, call_id) DO NOTHING",
        soci::use(bridge_, "bridge"), soci::use(record.key.text, "id"), soci::use(seen, "seen"),
        soci::use(hash, "hash"), soci::use(record.raw, "raw"), soci::use(record.why, "why"),
        soci::use(most, "most"), soci::use(more_without_id.text, "more"));
    if (inserted == 0) return;
    set_searched(record.key, searchable(record.key.text));
}

}  // namespace ringbridge::ledger::sqlite
