// Calls as the platform lists them: recorded, and their later content kept until no run is
// processing the call. A page is read and written in a statement each, however many calls it has.
#include "ledger/call_codec.hpp"
#include "ledger/key.hpp"
#include "ledger/postgres/rows.hpp"
#include "ledger/search.hpp"

#include <algorithm>
#include <iterator>

namespace ringbridge::ledger::postgres {
namespace {

/// A call as it was listed before: in its row, and in what is kept beside the row.
struct Known {
    std::string hash, payload, newer, raw;
};

std::vector<std::string> keys_of(const std::vector<Call>& calls) {
    return column(calls, [](const Call& call) { return key_of(call.id); });
}

// The hash differs from what came last: the content changed, or it is older or newer, or an earlier
// version wrote it. A run may be processing the row, so its content stays until the row settles.
void note_listing(Known& known, const Call& listed) {
    const bool forgotten = known.payload.empty() && known.raw.empty();
    if (forgotten) return;
    const auto& text = known.newer.empty() ? known.payload : known.newer;
    const auto last = text.empty() ? std::nullopt : std::optional{decode_call(text)};
    if (!last || !is_older(listed, *last)) known.hash = listing_hash(listed);
    const auto call = last ? merged(listed, *last) : listed;
    const bool same = last && content_of(call) == content_of(*last);
    // What differs then is what a detail was last read for, or which event brought it.
    (same && known.newer.empty() ? known.payload : known.newer) = encode_call(call);
}

}  // namespace

std::map<CallId, Stage> PostgresStore::record(const std::vector<Call>& calls,
                                              const std::vector<UnreadableRecord>& unreadable,
                                              UtcTime now) {
    std::set<CallId> ids, kept;
    for (const auto& call : calls) ids.insert(call.id);
    for (const auto& record : unreadable) kept.insert(record.key);
    auto transaction = begin();
    if (!calls.empty()) record_calls(calls, kept, now);
    keep_records(unreadable, now);
    take_in_newer(settled);
    ids.merge(kept);
    auto found = stages(ids);
    transaction.commit();
    for (const auto& record : unreadable) found.try_emplace(record.key, Stage::parked);
    return found;
}

// `kept`: those of which a record is still to be kept.
void PostgresStore::record_calls(const std::vector<Call>& calls, const std::set<CallId>& kept,
                                 UtcTime now) {
    std::map<std::string, std::string> hashes;
    std::set<std::string> with_record;
    std::string key, hash;
    bool has_record = false;
    const auto take_row = [&] {
        hashes[key] = hash;
        if (has_record) with_record.insert(key);
    };
    sql_.run("SELECT call_id, payload_hash, raw <> '' FROM " + asked_calls, bridge_, keys_of(calls))
        .each(take_row, key, hash, has_record);
    std::vector<Call> added, changed;
    std::vector<std::string> whole;
    for (const auto& call : calls) {
        const auto newest = listing_hash(call);
        const auto [known, is_first] = hashes.try_emplace(key_of(call.id), newest);
        if (is_first) {
            added.push_back(call);
        } else if (known->second != newest) {
            changed.push_back(call);
            known->second = newest;  // it may come again, in its earlier form
        }
        if (with_record.contains(known->first) && !kept.contains(call.id)) {
            whole.push_back(known->first);
        }
    }
    if (!added.empty()) insert_calls(added, now);
    if (!changed.empty()) record_changes(changed, now);
    drop_records(whole);
    note_pushed(calls, now);
}

void PostgresStore::note_pushed(const std::vector<Call>& calls, UtcTime now) {
    std::vector<Call> pushed;
    std::ranges::copy_if(calls, std::back_inserter(pushed), &Call::pushed);
    if (pushed.empty()) return;
    sql_.run("UPDATE calls SET pushed_at = $3 WHERE bridge = $1 AND call_id = ANY($2::text[])",
             bridge_, keys_of(pushed), to_unix_ms(now));
}

void PostgresStore::insert_calls(const std::vector<Call>& calls, UtcTime now) {
    sql_.run(
        insert_into_calls +
            " SELECT $1, id, called, payload, hash, '', 'seen', '', '', '', '', '', '', '', 0,"
            " 0, $2, 0, 0, 0 FROM unnest($3::text[], $4::bigint[], $5::text[], $6::text[])"
            " AS added (id, called, payload, hash) ON CONFLICT (bridge, call_id) DO NOTHING",
        bridge_, to_unix_ms(now), keys_of(calls),
        column(calls, [&](const Call& call) { return to_unix_ms(place_of(call.called_at, now)); }),
        column(calls, encode_call), column(calls, listing_hash));
    set_searched(keys_of(calls), column(calls, searched_text));
}

void PostgresStore::set_searched(const std::vector<std::string>& keys,
                                 const std::vector<std::string>& texts) {
    sql_.run(
        "INSERT INTO searched (bridge, call_id, text)"
        " SELECT $1, id, text FROM unnest($2::text[], $3::text[]) AS added (id, text)"
        " ON CONFLICT (bridge, call_id) DO UPDATE SET text = excluded.text",
        bridge_, keys, texts);
}

// A row without content was dated by this machine's clock only: it is seen now.
void PostgresStore::record_changes(const std::vector<Call>& listed, UtcTime now) {
    std::map<std::string, Known> known;
    std::string key;
    Known one;
    sql_.run(
            "SELECT call_id, payload_hash, calls.payload, COALESCE(newer_records.payload, ''), raw"
            " FROM " +
                asked_calls + " LEFT JOIN newer_records USING (bridge, call_id)",
            bridge_, keys_of(listed))
        .each([&] { known[key] = one; }, key, one.hash, one.payload, one.newer, one.raw);
    for (const auto& call : listed) note_listing(known[key_of(call.id)], call);
    const auto keys = column(known, [](const auto& row) { return row.first; });
    const auto newer = column(known, [](const auto& row) { return row.second.newer; });
    sql_.run(
        "UPDATE calls SET payload_hash = hash, payload = now.payload,"
        " seen_at = CASE WHEN calls.payload = '' AND raw <> '' THEN $5 ELSE seen_at END"
        " FROM (SELECT $1 AS bridge, * FROM unnest($2::text[], $3::text[], $4::text[])"
        " AS row (id, hash, payload) OFFSET 0)" +
            found_by_key,
        bridge_, keys, column(known, [](const auto& row) { return row.second.hash; }),
        column(known, [](const auto& row) { return row.second.payload; }), to_unix_ms(now));
    sql_.run(
        "INSERT INTO newer_records (bridge, call_id, payload)"
        " SELECT $1, id, text FROM unnest($2::text[], $3::text[]) AS newer (id, text)"
        " WHERE text <> '' ON CONFLICT (bridge, call_id) DO UPDATE"
        " SET payload = excluded.payload",
        bridge_, keys, newer);
}

// Applies what was kept beside rows in these stages, none of which a run may be processing.
void PostgresStore::take_in_newer(const std::string& stages) {
    std::vector<Call> newer;
    std::string payload;
    sql_.run(
            "SELECT newer.payload FROM"
            " (SELECT * FROM newer_records WHERE bridge = $1 OFFSET 0) AS newer"
            " JOIN calls USING (bridge, call_id) WHERE stage IN (" +
                stages + ')',
            bridge_)
        .each([&] { newer.push_back(decode_call(payload)); }, payload);
    if (newer.empty()) return;
    set_contents(newer);
    sql_.run("DELETE FROM newer_records WHERE bridge = $1 AND call_id = ANY($2::text[])", bridge_,
             keys_of(newer));
}

// A parked call is tried again; one with an activity has it updated. A dismissed one stays
// dismissed, and has its new content if it is retried.
void PostgresStore::set_contents(const std::vector<Call>& calls) {
    sql_.run(
        "UPDATE calls SET payload = now.payload,"
        " called_at = CASE WHEN called - $5 > seen_at THEN seen_at ELSE called END,"
        " attempts = 0, not_before = 0,"
        " reason = CASE WHEN stage = 'dismissed' THEN reason ELSE '' END,"
        " stage = CASE WHEN stage = 'dismissed' THEN stage"
        " WHEN activity_id <> '' THEN 'matched' ELSE 'seen' END"
        " FROM (SELECT $1 AS bridge, * FROM unnest($2::text[], $3::text[], $4::bigint[])"
        " AS row (id, payload, called) OFFSET 0)" +
            found_by_key,
        bridge_, keys_of(calls), column(calls, encode_call),
        column(calls, [](const Call& call) { return to_unix_ms(call.called_at); }),
        ahead_max.count());
    set_searched(keys_of(calls), column(calls, searched_text));
}

}  // namespace ringbridge::ledger::postgres
