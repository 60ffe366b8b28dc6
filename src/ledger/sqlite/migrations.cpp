#include "ledger/sqlite/migrations.hpp"

#include "core/stop.hpp"
#include "ledger/archive.hpp"
#include "ledger/sqlite/connection.hpp"

#include <array>
#include <span>
#include <string_view>

namespace ringbridge::ledger::sqlite {
namespace {

// Times are Unix milliseconds, 0 for none; texts are '' for none: no NULL anywhere. `bridge` is in
// every key, so that one ledger can serve many.
// One statement each: SOCI's SQLite backend runs only the first of several, silently. The number of
// steps applied to a file is its schema version.
constexpr std::array<std::string_view, 40> steps{
    "CREATE TABLE calls ("
    " bridge TEXT NOT NULL, call_id TEXT NOT NULL,"
    " called_at BIGINT NOT NULL, payload TEXT NOT NULL, payload_hash TEXT NOT NULL,"
    " raw TEXT NOT NULL, search TEXT NOT NULL,"
    " stage TEXT NOT NULL, reason TEXT NOT NULL,"
    " phone TEXT NOT NULL, extension TEXT NOT NULL,"
    " contact_id TEXT NOT NULL, activity_id TEXT NOT NULL, found INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL, seen_at BIGINT NOT NULL, synced_at BIGINT NOT NULL,"
    " not_before BIGINT NOT NULL, tried_at BIGINT NOT NULL,"
    " PRIMARY KEY (bridge, call_id))",
    // Excludes finished calls: finding due calls costs the same in a ledger of any size.
    "CREATE INDEX calls_unfinished ON calls (bridge, not_before, called_at)"
    " WHERE stage IN ('seen', 'matched', 'writing', 'written')",
    "CREATE INDEX calls_by_contact ON calls (bridge, contact_id, called_at)",
    "CREATE INDEX calls_by_time ON calls (bridge, called_at, call_id)",
    "CREATE TABLE contacts ("
    " bridge TEXT NOT NULL, phone TEXT NOT NULL, extension TEXT NOT NULL,"
    " contact_id TEXT NOT NULL, creating_since BIGINT NOT NULL,"
    " PRIMARY KEY (bridge, phone, extension))",
    "CREATE TABLE first_counts ("
    " bridge TEXT NOT NULL, contact_id TEXT NOT NULL, call_count BIGINT NOT NULL,"
    " PRIMARY KEY (bridge, contact_id))",
    "CREATE TABLE runs ("
    " bridge TEXT NOT NULL, run_id TEXT NOT NULL, started_at BIGINT NOT NULL,"
    " report TEXT NOT NULL, PRIMARY KEY (bridge, run_id))",
    "ALTER TABLE first_counts ADD COLUMN stamping_since BIGINT NOT NULL DEFAULT 0",
    "CREATE TABLE tasks ("
    " bridge TEXT NOT NULL, call_id TEXT NOT NULL,"
    " task_id TEXT NOT NULL, creating_since BIGINT NOT NULL,"
    " PRIMARY KEY (bridge, call_id))",
    "ALTER TABLE calls ADD COLUMN given_phone TEXT NOT NULL DEFAULT ''",
    // Until here each bridge had its own contacts. From here bridges of one account share them, and
    // those of one prefix in it share a contact's call count. What a bridge knew before moves over
    // when it opens the ledger: see SqliteStore::join_account.
    "CREATE TABLE bridges ("
    " bridge TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, prefix TEXT NOT NULL)",
    "ALTER TABLE contacts RENAME COLUMN bridge TO account",
    "CREATE TABLE shared_counts ("
    " account TEXT NOT NULL, prefix TEXT NOT NULL, contact_id TEXT NOT NULL,"
    " call_count BIGINT NOT NULL, stamping_since BIGINT NOT NULL,"
    " PRIMARY KEY (account, prefix, contact_id))",
    "INSERT INTO shared_counts"
    " SELECT bridge, '', contact_id, call_count, stamping_since FROM first_counts",
    "DROP TABLE first_counts", "ALTER TABLE shared_counts RENAME TO first_counts",
    "CREATE TABLE merges ("
    " account TEXT NOT NULL, loser_id TEXT NOT NULL, keep_id TEXT NOT NULL,"
    " survivor_id TEXT NOT NULL, snapshot TEXT NOT NULL, stamp TEXT NOT NULL,"
    " PRIMARY KEY (account, loser_id))",
    // An IN list instead of these ORs would build a temporary table for each row written.
    "DROP INDEX calls_unfinished",
    "CREATE INDEX calls_waiting ON calls (bridge, not_before) WHERE "
    "(stage = 'seen' OR stage = 'matched' OR stage = 'writing' OR stage = 'written')",
    // In the order in which a run takes them: see SqliteStore::due.
    "CREATE INDEX calls_in_hand ON calls (bridge, contact_id, called_at, call_id) WHERE "
    "(stage = 'seen' OR stage = 'matched' OR stage = 'writing' OR stage = 'written')",
    // Covers counting calls by state: reading the row would mean reading past its transcript.
    "DROP INDEX calls_by_time",
    "CREATE INDEX calls_by_time ON calls (bridge, called_at, call_id, stage, reason)",
    // The newest content listed for a call while it was in progress, not applied yet.
    "CREATE TABLE newer_records ("
    " bridge TEXT NOT NULL, call_id TEXT NOT NULL, payload TEXT NOT NULL,"
    " PRIMARY KEY (bridge, call_id))",
    "CREATE TABLE gaps ("
    " bridge TEXT NOT NULL, since BIGINT NOT NULL, until BIGINT NOT NULL,"
    " found_at BIGINT NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL,"
    " next_try BIGINT NOT NULL, PRIMARY KEY (bridge, since, until))",
    "CREATE INDEX runs_by_time ON runs (bridge, started_at)",
    // Reorders calls dated far in the future: see place_of in core/call.hpp. Only those that are
    // still far ahead of the last run; the others' dates have passed.
    "UPDATE calls SET called_at = seen_at WHERE called_at > seen_at + 86400000 AND called_at >"
    " (SELECT COALESCE(MAX(started_at), 0) + 86400000 FROM runs)",
    // The text by which calls are found: see search.hpp. `calls.search` held it until here, and is
    // no longer read; newer rows have '' there.
    "CREATE TABLE searched ("
    " place INTEGER PRIMARY KEY, bridge TEXT NOT NULL, call_id TEXT NOT NULL, text TEXT NOT NULL,"
    " UNIQUE (bridge, call_id))",
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "text, content='searched', content_rowid='place', columnsize=0, tokenize='trigram')",
    // Merges segments less often: a new call costs half as much, a search the same.
    "INSERT INTO search_index (search_index, rank) VALUES ('automerge', 16)",
    "CREATE TRIGGER searched_added AFTER INSERT ON searched BEGIN"
    " INSERT INTO search_index (rowid, text) VALUES (new.place, new.text); END",
    "CREATE TRIGGER searched_changed AFTER UPDATE ON searched WHEN old.text <> new.text BEGIN"
    " INSERT INTO search_index (search_index, rowid, text)"
    " VALUES ('delete', old.place, old.text);"
    " INSERT INTO search_index (rowid, text) VALUES (new.place, new.text); END",
    "CREATE TRIGGER searched_removed AFTER DELETE ON searched BEGIN"
    " INSERT INTO search_index (search_index, rowid, text)"
    " VALUES ('delete', old.place, old.text); END",
    "INSERT INTO searched (bridge, call_id, text) SELECT bridge, call_id, replace(replace(replace("
    "replace(replace(replace(search, ' ', ''), '(', ''), ')', ''), '-', ''), '.', ''), '+', '')"
    " FROM calls",
    "CREATE INDEX calls_by_phone ON calls (bridge, phone) WHERE phone <> ''",
    // Few rows are being moved: a merge finds them without reading all.
    "ALTER TABLE calls ADD COLUMN leaving TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX calls_leaving ON calls (leaving) WHERE leaving <> ''",
    "ALTER TABLE contacts ADD COLUMN merged INTEGER NOT NULL DEFAULT 0",
    "UPDATE memory SET name = 'day_read_at' WHERE name = 'swept_at'",
    // Few records are kept as received: a corrected profile finds them without reading all.
    "CREATE INDEX calls_with_record ON calls (bridge, call_id) WHERE raw <> ''",
    // When a webhook last told of the call.
    "ALTER TABLE calls ADD COLUMN pushed_at BIGINT NOT NULL DEFAULT 0"};

std::string remembered(soci::session& sql, const std::string& name) {
    std::string value;
    sql << "SELECT value FROM memory WHERE bridge = '' AND name = :name", soci::into(value),
        soci::use(name);
    return value;
}

void bring_up_to_date(soci::session& sql) {
    sql << "CREATE TABLE IF NOT EXISTS memory ("
           " bridge TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
           " PRIMARY KEY (bridge, name))";
    const auto known = remembered(sql, "schema");
    const auto version = known.empty() ? 0 : std::stoul(known);
    if (version > steps.size()) {
        throw WrongSettings{
            "this ledger was written by a newer ringbridge: upgrade this one, or set DATABASE_URL "
            "to another file"};
    }
    for (const auto& step : std::span{steps}.subspan(version)) sql << std::string{step};
    const auto reached = std::to_string(steps.size());
    sql << "INSERT INTO memory (bridge, name, value) VALUES ('', 'schema', :reached)"
           " ON CONFLICT (bridge, name) DO UPDATE SET value = excluded.value",
        soci::use(reached);
}

}  // namespace

void migrate(soci::session& sql) {
    WriteTransaction transaction{sql};
    bring_up_to_date(sql);
    if (!remembered(sql, copied_from_key).empty()) throw WrongSettings{copy_incomplete};
    transaction.commit();
}

void migrate_for_copy(soci::session& sql) {
    WriteTransaction transaction{sql};
    bring_up_to_date(sql);
    transaction.commit();
}

}  // namespace ringbridge::ledger::sqlite
