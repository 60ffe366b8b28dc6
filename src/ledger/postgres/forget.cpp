// Erases the content of calls but keeps their rows, so that none is synced twice.
#include "ledger/forgetting.hpp"
#include "ledger/key.hpp"
#include "ledger/postgres/patterns.hpp"
#include "ledger/postgres/rows.hpp"
#include "ledger/search.hpp"

#include <algorithm>

namespace ringbridge::ledger::postgres {

int PostgresStore::forget_made_before(UtcTime moment, int limit) {
    std::string key;
    std::vector<std::string> keys;
    auto transaction = begin();
    sql_.run(
            "SELECT call_id FROM calls WHERE bridge = $1 AND called_at < $2 AND stage = 'done'"
            " AND reason = '' ORDER BY called_at, call_id LIMIT $3",
            bridge_, to_unix_ms(moment), limit)
        .each([&] { keys.push_back(key); }, key);
    if (!keys.empty()) forget_contents(keys, too_old);
    transaction.commit();
    return static_cast<int>(keys.size());
}

Forgotten PostgresStore::forget_caller(const PhoneNumber& number, const std::string& region,
                                       UtcTime now) {
    auto transaction = begin();
    // By their known number, by their search text, or because their record was unreadable.
    auto entries = select(
        "WHERE bridge = $1 AND (phone = $2 AND phone <> '' OR call_id IN"
        " (SELECT call_id FROM searched WHERE bridge = $1 AND text LIKE $3)"
        " OR raw <> '' AND stage IN ('parked', 'dismissed'))",
        bridge_, number.e164, pattern_of(last_digits(number)));
    std::erase_if(entries, [&](const Entry& entry) { return !is_of(entry, number, region); });
    const auto in_hand =
        std::ranges::count_if(entries, [&](const Entry& entry) { return is_in_hand(entry, now); });
    if (in_hand > 0) return {0, static_cast<int>(in_hand)};
    const auto keys = column(entries, [](const Entry& entry) { return key_of(entry.call.id); });
    forget_contents(keys, asked_for);
    sql_.run(
        "UPDATE calls SET payload_hash = '',"
        " stage = CASE stage WHEN 'parked' THEN 'dismissed' ELSE stage END"
        " WHERE bridge = $1 AND call_id = ANY($2::text[])",
        bridge_, keys);
    sql_.run(
        "UPDATE merges SET snapshot = '' FROM unnest($2::text[]) AS contact"
        " WHERE account = $1 AND contact <> ''"
        " AND contact IN (survivor_id, keep_id, loser_id)",
        account_, column(entries, [](const Entry& entry) { return entry.contact_id; }));
    sql_.run("DELETE FROM contacts WHERE account = $1 AND phone = $2", account_, number.e164);
    sql_.run("DELETE FROM runs WHERE bridge = $1 AND strpos(report, $2) > 0", bridge_, number.e164);
    transaction.commit();
    return {static_cast<int>(entries.size()), 0};
}

// A row with neither payload nor raw accepts no later content, whatever its record says: the erased
// content could not be distinguished from new content.
void PostgresStore::forget_contents(const std::vector<std::string>& keys, const std::string& why) {
    sql_.run(
        "UPDATE calls SET payload = '', raw = '', phone = '', extension = '',"
        " given_phone = '', reason = $3 WHERE bridge = $1 AND call_id = ANY($2::text[])",
        bridge_, keys, why);
    for (const std::string table : {"searched", "newer_records"}) {
        sql_.run("DELETE FROM " + table + " WHERE bridge = $1 AND call_id = ANY($2::text[])",
                 bridge_, keys);
    }
}

}  // namespace ringbridge::ledger::postgres
