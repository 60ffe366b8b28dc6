// Rows of the table `calls`: how a SELECT reads them, and conditions that many statements share.
// Private to this folder.
#pragma once

#include "ledger/call_row.hpp"
#include "ledger/sqlite/statements.hpp"

#include <string>
#include <utility>
#include <vector>

namespace ringbridge::ledger::sqlite {

inline constexpr const char* columns =
    "call_id, called_at, payload, raw, stage, reason, phone, extension, contact_id, activity_id,"
    " found, attempts, seen_at, synced_at, not_before, tried_at, given_phone, leaving";

/// The variables that a SELECT of `columns` fills, a row at a time.
struct Row : CallRow {
    /// Runs `text`, which selects `columns`, and calls `take_row` for each row.
    template <class TakeRow, class... Uses>
    void each(Statements& statements, const std::string& text, TakeRow take_row, Uses&&... uses) {
        using soci::into;
        statements.each_row(text, take_row, into(call_id), into(called_at), into(payload),
                            into(raw), into(stage), into(reason), into(phone), into(extension),
                            into(contact_id), into(activity_id), into(found), into(attempts),
                            into(seen_at), into(synced_at), into(not_before), into(tried_at),
                            into(given_phone), into(leaving), std::forward<Uses>(uses)...);
    }
};

/// The rows that `rest` leaves: its WHERE, ORDER BY and LIMIT.
template <class... Uses>
std::vector<Entry> select(Statements& statements, const std::string& rest, Uses&&... uses) {
    Row row;
    std::vector<Entry> entries;
    row.each(
        statements, std::string{"SELECT "} + columns + " FROM calls " + rest,
        [&] { entries.push_back(row.entry()); }, std::forward<Uses>(uses)...);
    return entries;
}

/// Must match the condition of the partial indexes exactly.
inline const std::string unfinished =
    "(stage = 'seen' OR stage = 'matched' OR stage = 'writing' OR stage = 'written')";

/// Its values follow.
inline const std::string insert_into_calls =
    "INSERT INTO calls (bridge, call_id, called_at, payload, payload_hash, raw, search, stage,"
    " reason, phone, extension, contact_id, activity_id, found, attempts, seen_at, synced_at,"
    " not_before, tried_at)";

/// No run is processing such a row.
inline const std::string settled = "'done', 'parked', 'dismissed'";

}  // namespace ringbridge::ledger::sqlite
