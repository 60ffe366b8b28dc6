// The platform's records as received, kept until a corrected profile can read them: of what is no
// valid call, parked, and beside calls that lack something.
#include "core/text.hpp"
#include "ledger/sqlite/call_rows.hpp"
#include "ledger/sqlite/search.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/unknown_records.hpp"

namespace ringbridge::ledger::sqlite {
void SqliteStore::keep_records(const std::vector<UnreadableRecord>& records, UtcTime now) {
    if (records.empty()) return;
    int room = most_unknown - count_parked(unknown);
    for (const auto& record : records) {
        if (record.raw.empty() || renew_record(record)) continue;
        if (!record.key.text.starts_with(unknown)) {
            insert_unreadable(record, Stage::parked, record.why, now);
        } else if (room > 0) {
            insert_unreadable(record, Stage::parked, record.why, now);
            --room;
        } else {
            count_unkept(record, now);
        }
    }
}

void SqliteStore::keep_for_detail(const UnreadableRecord& record, UtcTime now) {
    WriteTransaction transaction{sql_};
    if (!stages({record.key}).contains(record.key)) {
        insert_unreadable(record, Stage::seen, "", now);
    }
    transaction.commit();
}

int SqliteStore::count_parked(const std::string& prefix) {
    int count = 0;
    const auto end = prefix.substr(0, prefix.size() - 1) + ';';  // the character after ':'
    statements_.run(
        "SELECT COUNT(*) FROM calls INDEXED BY calls_with_record WHERE bridge = :bridge"
        " AND raw <> '' AND call_id >= :begin AND call_id < :end AND call_id <> :more"
        " AND stage = 'parked'",
        soci::into(count), soci::use(bridge_, "bridge"), soci::use(prefix, "begin"),
        soci::use(end, "end"), soci::use(more_unknown.text, "more"));
    return count;
}

// Its newest form, under its key. False if there is no such row. A forgotten call stays empty.
bool SqliteStore::renew_record(const UnreadableRecord& record) {
    if (!stages({record.key}).contains(record.key)) return false;
    statements_.run(
        "UPDATE calls SET raw = :raw,"
        " reason = CASE WHEN payload = '' AND stage = 'parked' THEN :why ELSE reason END"
        " WHERE bridge = :bridge AND call_id = :id AND (payload <> '' OR raw <> '')"
        " AND raw <> :raw",
        soci::use(record.raw, "raw"), soci::use(record.why, "why"), soci::use(bridge_, "bridge"),
        soci::use(record.key.text, "id"));
    return true;
}

void SqliteStore::insert_unreadable(const UnreadableRecord& record, Stage stage,
                                    const std::string& why, UtcTime now) {
    const std::string stage_text{to_string(stage)};
    const long long seen = to_unix_ms(now);
    statements_.run(insert_into_calls +
                        " VALUES (:bridge, :id, :seen, '', '', :raw, '',"
                        " :stage, :why, '', '', '', '', 0, 0, :seen, 0, 0, 0)",
                    soci::use(bridge_, "bridge"), soci::use(record.key.text, "id"),
                    soci::use(seen, "seen"), soci::use(record.raw, "raw"),
                    soci::use(stage_text, "stage"), soci::use(why, "why"));
    set_searched(record.key, searchable(record.key.text));
}

void SqliteStore::count_unkept(const UnreadableRecord& record, UtcTime now) {
    if (!stages({more_unknown}).contains(more_unknown)) {
        insert_unreadable({more_unknown, record.raw, ""}, Stage::parked, "0" + how_many_more, now);
    }
    statements_.run(
        "UPDATE calls SET raw = :raw, reason = (CAST(reason AS INTEGER) + 1) || :suffix"
        " WHERE bridge = :bridge AND call_id = :id",
        soci::use(record.raw), soci::use(how_many_more), soci::use(bridge_),
        soci::use(more_unknown.text));
}

void SqliteStore::drop_record(const CallId& call_id) {
    statements_.run("UPDATE calls SET raw = '' WHERE bridge = :bridge AND call_id = :id",
                    soci::use(bridge_), soci::use(call_id.text));
}

// A call that somebody dismissed before it had its id stays dismissed.
void SqliteStore::go_over(const CallId& key, const CallId& became) {
    statements_.run(
        "UPDATE calls SET stage = 'dismissed', reason ="
        " (SELECT reason FROM calls WHERE bridge = :bridge AND call_id = :key)"
        " WHERE bridge = :bridge AND call_id = :became AND stage = 'seen' AND activity_id = ''"
        " AND EXISTS (SELECT 1 FROM calls"
        " WHERE bridge = :bridge AND call_id = :key AND stage = 'dismissed')",
        soci::use(bridge_, "bridge"), soci::use(key.text, "key"), soci::use(became.text, "became"));
    for (const std::string table : {"calls", "searched"}) {
        statements_.run("DELETE FROM " + table + " WHERE bridge = :bridge AND call_id = :id",
                        soci::use(bridge_), soci::use(key.text));
    }
}

std::vector<UnreadableRecord> SqliteStore::kept_records(const CallId& after, int limit) {
    std::vector<UnreadableRecord> records;
    UnreadableRecord one;
    statements_.each_row(
        "SELECT call_id, raw, reason FROM calls INDEXED BY calls_with_record"
        " WHERE bridge = :bridge AND raw <> '' AND call_id > :after"
        // Not one that waits for its detail: nothing of it is believed.
        " AND (payload <> '' OR stage <> 'seen') ORDER BY call_id LIMIT :limit",
        [&] { records.push_back(one); }, soci::into(one.key.text), soci::into(one.raw),
        soci::into(one.why), soci::use(bridge_), soci::use(after.text), soci::use(limit));
    return records;
}

void SqliteStore::settle_kept(const CallId& key, const CallId& became) {
    if (key == became) return;
    WriteTransaction transaction{sql_};
    std::string payload;
    statements_.run("SELECT payload FROM calls WHERE bridge = :bridge AND call_id = :id",
                    soci::into(payload), soci::use(bridge_), soci::use(key.text));
    if (payload.empty()) {
        go_over(key, became);
    } else {
        drop_record(key);
    }
    transaction.commit();
}

}  // namespace ringbridge::ledger::sqlite
