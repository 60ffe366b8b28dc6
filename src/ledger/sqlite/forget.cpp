// Erases the content of calls but keeps their rows, so that none is synced twice.
#include "ledger/forgetting.hpp"
#include "ledger/sqlite/call_rows.hpp"
#include "ledger/sqlite/search.hpp"
#include "ledger/sqlite/store.hpp"

#include <algorithm>

namespace ringbridge::ledger::sqlite {
namespace {

// By their known number, by their search text, or because their record was unreadable.
std::vector<Entry> calls_that_may_be_of(Statements& statements, const std::string& bridge,
                                        const PhoneNumber& number) {
    const auto phrase = phrase_of(last_digits(number));
    return select(statements,
                  "WHERE bridge = :bridge AND call_id IN"
                  " (SELECT call_id FROM calls WHERE bridge = :bridge AND phone <> ''"
                  " AND phone = :phone"
                  " UNION SELECT call_id FROM searched WHERE bridge = :bridge AND place IN"
                  " (SELECT rowid FROM search_index WHERE search_index MATCH :phrase)"
                  " UNION SELECT call_id FROM calls INDEXED BY calls_by_time"
                  " WHERE bridge = :bridge AND stage IN ('parked', 'dismissed') AND raw <> '')",
                  soci::use(bridge, "bridge"), soci::use(number.e164, "phone"),
                  soci::use(phrase, "phrase"));
}

}  // namespace

int SqliteStore::forget_made_before(UtcTime moment, int limit) {
    const long long before = to_unix_ms(moment);
    CallId id;
    std::vector<CallId> ids;
    WriteTransaction transaction{sql_};
    statements_.each_row(
        "SELECT call_id FROM calls INDEXED BY calls_by_time WHERE bridge = :bridge"
        " AND called_at < :before AND stage = 'done' AND reason = '' LIMIT :limit",
        [&] { ids.push_back(id); }, soci::into(id.text), soci::use(bridge_), soci::use(before),
        soci::use(limit));
    for (const auto& one : ids) forget_content(one, too_old);
    transaction.commit();
    return static_cast<int>(ids.size());
}

Forgotten SqliteStore::forget_caller(const PhoneNumber& number, const std::string& region,
                                     UtcTime now) {
    WriteTransaction transaction{sql_};
    auto entries = calls_that_may_be_of(statements_, bridge_, number);
    std::erase_if(entries, [&](const Entry& entry) { return !is_of(entry, number, region); });
    const auto in_hand =
        std::ranges::count_if(entries, [&](const Entry& entry) { return is_in_hand(entry, now); });
    if (in_hand > 0) return {0, static_cast<int>(in_hand)};
    for (const auto& entry : entries) {
        forget_content(entry.call.id, asked_for);
        statements_.run(
            "UPDATE calls SET payload_hash = '',"
            " stage = CASE stage WHEN 'parked' THEN 'dismissed' ELSE stage END"
            " WHERE bridge = :bridge AND call_id = :id",
            soci::use(bridge_), soci::use(entry.call.id.text));
        statements_.run(
            "UPDATE merges SET snapshot = '' WHERE account = :account AND :contact <> ''"
            " AND :contact IN (survivor_id, keep_id, loser_id)",
            soci::use(account_, "account"), soci::use(entry.contact_id.text, "contact"));
    }
    statements_.run("DELETE FROM contacts WHERE account = :account AND phone = :phone",
                    soci::use(account_), soci::use(number.e164));
    statements_.run("DELETE FROM runs WHERE bridge = :bridge AND instr(report, :phone) > 0",
                    soci::use(bridge_), soci::use(number.e164));
    // The index keeps what was deleted from it until its segments are merged.
    statements_.run("INSERT INTO search_index (search_index) VALUES ('optimize')");
    transaction.commit();
    // So that nothing is left in the -wal file either.
    sql_ << "PRAGMA wal_checkpoint(TRUNCATE)";
    return {static_cast<int>(entries.size()), 0};
}

// A row with neither payload nor raw accepts no later content, whatever its record says: the erased
// content could not be distinguished from new content.
void SqliteStore::forget_content(const CallId& call_id, const std::string& why) {
    statements_.run(
        "UPDATE calls SET payload = '', raw = '', search = '', phone = '', extension = '',"
        " given_phone = '', reason = :why WHERE bridge = :bridge AND call_id = :id",
        soci::use(why), soci::use(bridge_), soci::use(call_id.text));
    for (const std::string table : {"searched", "newer_records"}) {
        statements_.run("DELETE FROM " + table + " WHERE bridge = :bridge AND call_id = :id",
                        soci::use(bridge_), soci::use(call_id.text));
    }
}

}  // namespace ringbridge::ledger::sqlite
