// The platform's records as received, kept until a corrected profile can read them: of what is no
// valid call, parked, and beside calls that lack something.
#include "core/text.hpp"
#include "ledger/call_codec.hpp"
#include "ledger/key.hpp"
#include "ledger/postgres/rows.hpp"
#include "ledger/search.hpp"
#include "ledger/unknown_records.hpp"

#include <algorithm>

namespace ringbridge::ledger::postgres {
namespace {

using Records = std::vector<UnreadableRecord>;

std::vector<std::string> keys_of(const Records& records) {
    return column(records, [](const UnreadableRecord& record) { return key_of(record.key); });
}

std::vector<std::string> raws_of(const Records& records) {
    return column(records, [](const UnreadableRecord& record) { return record.raw; });
}

std::vector<std::string> reasons_of(const Records& records) {
    return column(records, [](const UnreadableRecord& record) { return record.why; });
}

// Each once, in its newest form. An empty one leaves what is kept.
Records newest_of(const Records& records) {
    std::map<CallId, std::size_t> places;
    Records newest;
    for (const auto& record : records) {
        if (record.raw.empty()) continue;
        const auto [known, is_first] = places.try_emplace(record.key, newest.size());
        if (is_first) {
            newest.push_back(record);
        } else {
            newest[known->second] = record;
        }
    }
    return newest;
}

}  // namespace

void PostgresStore::keep_records(const Records& records, UtcTime now) {
    if (records.empty()) return;
    std::set<CallId> ids;
    for (const auto& record : records) ids.insert(record.key);
    const auto there = stages(ids);
    int room = most_unknown - count_unknown();
    Records known, added, unkept;
    for (auto& record : newest_of(records)) {
        const bool is_unknown = record.key.text.starts_with(unknown);
        if (there.contains(record.key)) {
            known.push_back(std::move(record));
        } else if (!is_unknown || room-- > 0) {
            added.push_back(std::move(record));
        } else {
            unkept.push_back(std::move(record));
        }
    }
    renew_records(known);
    insert_unreadable(added, Stage::parked, now);
    if (!unkept.empty()) count_unkept(unkept.back(), static_cast<int>(unkept.size()), now);
}

void PostgresStore::keep_for_detail(const UnreadableRecord& record, UtcTime now) {
    auto transaction = begin();
    if (!stages({record.key}).contains(record.key)) insert_unreadable({record}, Stage::seen, now);
    transaction.commit();
}

int PostgresStore::count_unknown() {
    int count = 0;
    sql_.run(
            "SELECT COUNT(*) FROM calls WHERE bridge = $1 AND raw <> '' AND call_id >= $2"
            " AND call_id < $3 AND call_id <> $4 AND stage = 'parked'",
            bridge_, unknown, unknown.substr(0, unknown.size() - 1) + ';', more_unknown)
        .first(count);
    return count;
}

// A forgotten call stays empty.
void PostgresStore::renew_records(const Records& records) {
    if (records.empty()) return;
    sql_.run(
        "UPDATE calls SET raw = now.raw, reason ="
        " CASE WHEN payload = '' AND stage = 'parked' THEN why ELSE reason END"
        " FROM (SELECT $1 AS bridge, * FROM unnest($2::text[], $3::text[], $4::text[])"
        " AS row (id, raw, why) OFFSET 0)" +
            found_by_key + " AND (payload <> '' OR calls.raw <> '') AND calls.raw <> now.raw",
        bridge_, keys_of(records), raws_of(records), reasons_of(records));
}

void PostgresStore::insert_unreadable(const Records& records, Stage stage, UtcTime now) {
    if (records.empty()) return;
    sql_.run(insert_into_calls +
                 " SELECT $1, id, $2, '', '', raw, $6, why, '', '', '', '', '', '', 0, 0, $2,"
                 " 0, 0, 0 FROM unnest($3::text[], $4::text[], $5::text[]) AS added (id, raw, why)"
                 " ON CONFLICT (bridge, call_id) DO NOTHING",
             bridge_, to_unix_ms(now), keys_of(records), raws_of(records), reasons_of(records),
             std::string{to_string(stage)});
    set_searched(keys_of(records), column(records, [](const UnreadableRecord& record) {
                     return searchable(record.key.text);
                 }));
}

void PostgresStore::count_unkept(const UnreadableRecord& newest, int count, UtcTime now) {
    if (!stages({more_unknown}).contains(more_unknown)) {
        insert_unreadable({{more_unknown, newest.raw, "0" + how_many_more}}, Stage::parked, now);
    }
    sql_.run(
        "UPDATE calls SET raw = $3,"
        " reason = (substring(reason FROM '^[0-9]+')::bigint + $4::bigint) || $5"
        " WHERE bridge = $1 AND call_id = $2",
        bridge_, more_unknown, newest.raw, count, how_many_more);
}

void PostgresStore::drop_records(const std::vector<std::string>& keys) {
    if (keys.empty()) return;
    sql_.run("UPDATE calls SET raw = '' WHERE bridge = $1 AND call_id = ANY($2::text[])", bridge_,
             keys);
}

Records PostgresStore::kept_records(const CallId& after, int limit) {
    Records records;
    UnreadableRecord one;
    std::string payload;
    const auto take_row = [&] {
        records.push_back(one);
        if (!payload.empty()) records.back().key = decode_call(payload).id;
    };
    sql_.run(
            "SELECT call_id, raw, reason, payload FROM calls"
            " WHERE bridge = $1 AND raw <> '' AND call_id > $2"
            // Not one that waits for its detail: nothing of it is believed.
            " AND (payload <> '' OR stage <> 'seen') ORDER BY call_id LIMIT $3",
            bridge_, key_of(after), limit)
        .each(take_row, one.key, one.raw, one.why, payload);
    return records;
}

void PostgresStore::settle_kept(const CallId& key, const CallId& became) {
    if (key == became) return;
    auto transaction = begin();
    std::string payload;
    sql_.run("SELECT payload FROM calls WHERE bridge = $1 AND call_id = $2", bridge_, key_of(key))
        .first(payload);
    if (payload.empty()) {
        go_over(key, became);
    } else {
        drop_records({key_of(key)});
    }
    transaction.commit();
}

// A call that somebody dismissed before it had its id stays dismissed.
void PostgresStore::go_over(const CallId& key, const CallId& became) {
    sql_.run(
        "UPDATE calls SET stage = 'dismissed', reason = old.reason FROM calls AS old"
        " WHERE calls.bridge = $1 AND calls.call_id = $3 AND calls.stage = 'seen'"
        " AND calls.activity_id = '' AND old.bridge = $1 AND old.call_id = $2"
        " AND old.stage = 'dismissed'",
        bridge_, key_of(key), key_of(became));
    for (const std::string table : {"calls", "searched"}) {
        sql_.run("DELETE FROM " + table + " WHERE bridge = $1 AND call_id = $2", bridge_,
                 key_of(key));
    }
}

}  // namespace ringbridge::ledger::postgres
