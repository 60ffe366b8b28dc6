// Rows of the table `calls`: how a SELECT reads them, and conditions that many statements share.
// Private to this folder.
#pragma once

#include "ledger/call_row.hpp"
#include "ledger/postgres/store.hpp"

#include <string>
#include <vector>

namespace ringbridge::ledger::postgres {

inline const std::string columns =
    "call_id, called_at, payload, raw, stage, reason, phone, extension, contact_id, activity_id,"
    " found, attempts, seen_at, synced_at, not_before, tried_at, given_phone, leaving";

/// Its values follow.
inline const std::string insert_into_calls =
    "INSERT INTO calls (bridge, call_id, called_at, payload, payload_hash, raw, stage, reason,"
    " phone, extension, given_phone, contact_id, activity_id, leaving, found, attempts, seen_at,"
    " synced_at, not_before, tried_at)";

/// Must match the condition of the partial indexes.
inline const std::string unfinished = "stage IN ('seen', 'matched', 'writing', 'written')";

// Where rows of many keys are read or changed at once, the keys are a subquery that ends in OFFSET
// 0, and brings the bridge too. The planner does not look into it, and finds each row by its key.
// With `bridge = $1` it may read all rows of the bridge once, or once for each key: until
// statistics say otherwise, it believes that a bridge has few.

/// The calls of this bridge with these keys.
inline const std::string asked_calls =
    "(SELECT $1 AS bridge, unnest($2::text[]) AS call_id OFFSET 0) AS asked"
    " JOIN calls USING (bridge, call_id)";

/// Follows such a subquery of new values.
inline const std::string found_by_key = " AS now WHERE calls.bridge = now.bridge AND call_id = id";

/// No run is processing such a row.
inline const std::string settled = "'done', 'parked', 'dismissed'";

/// Of rows that begin with `columns`.
inline std::vector<Entry> entries_in(const Rows& rows) {
    CallRow row;
    std::vector<Entry> entries;
    entries.reserve(static_cast<std::size_t>(rows.count()));
    rows.each([&] { entries.push_back(row.entry()); }, row.call_id, row.called_at, row.payload,
              row.raw, row.stage, row.reason, row.phone, row.extension, row.contact_id,
              row.activity_id, row.found, row.attempts, row.seen_at, row.synced_at, row.not_before,
              row.tried_at, row.given_phone, row.leaving);
    return entries;
}

template <class... Values>
std::vector<Entry> PostgresStore::select(const std::string& rest, const Values&... values) {
    return entries_in(sql_.run("SELECT " + columns + " FROM calls " + rest, values...));
}

}  // namespace ringbridge::ledger::postgres
