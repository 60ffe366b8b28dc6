// Which contact a number belongs to, and how many calls a contact had before us: what the bridges
// of one account share.
#include "ledger/call_codec.hpp"
#include "ledger/moment.hpp"
#include "ledger/postgres/store.hpp"

namespace ringbridge::ledger::postgres {
namespace {

const std::string calls_of_account = " bridge IN (SELECT bridge FROM bridges WHERE account = $1)";

std::vector<std::string> phones_of(const std::set<PhoneNumber>& numbers) {
    return column(numbers, [](const PhoneNumber& number) { return number.e164; });
}

std::vector<std::string> extensions_of(const std::set<PhoneNumber>& numbers) {
    return column(numbers, [](const PhoneNumber& number) { return number.extension; });
}

}  // namespace

std::map<PhoneNumber, KnownContact> PostgresStore::known_contacts(
    const std::set<PhoneNumber>& numbers) {
    std::map<PhoneNumber, KnownContact> known;
    PhoneNumber number;
    ContactId contact_id;
    long long creating_since = 0;
    int merged = 0;
    const auto take_row = [&] {
        known[number] = {.contact_id = contact_id,
                         .creating_since = moment(creating_since),
                         .merged = merged != 0};
    };
    sql_.run(
            "SELECT phone, extension, contact_id, creating_since, merged FROM"
            " (SELECT $1 AS account, * FROM unnest($2::text[], $3::text[])"
            " AS row (phone, extension) OFFSET 0) AS asked"
            " JOIN contacts USING (account, phone, extension)",
            account_, phones_of(numbers), extensions_of(numbers))
        .each(take_row, number.e164, number.extension, contact_id, creating_since, merged);
    return known;
}

void PostgresStore::know_contacts(const std::map<PhoneNumber, KnownContact>& contacts) {
    const auto of = [&](auto value) { return column(contacts, value); };
    write(
        "INSERT INTO contacts (account, phone, extension, contact_id, creating_since, merged)"
        " SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[],"
        " $6::integer[]) ON CONFLICT (account, phone, extension) DO UPDATE SET"
        " contact_id = excluded.contact_id, creating_since = excluded.creating_since,"
        " merged = excluded.merged",
        account_, of([](const auto& row) { return row.first.e164; }),
        of([](const auto& row) { return row.first.extension; }),
        of([](const auto& row) { return row.second.contact_id; }),
        of([](const auto& row) { return moment(row.second.creating_since); }),
        of([](const auto& row) { return row.second.merged ? 1 : 0; }));
}

void PostgresStore::forget_contacts(const std::set<PhoneNumber>& numbers) {
    write(
        "DELETE FROM contacts USING unnest($2::text[], $3::text[]) AS asked (number, extra)"
        " WHERE account = $1 AND phone = number AND extension = extra",
        account_, phones_of(numbers), extensions_of(numbers));
}

void PostgresStore::meet_contacts(const std::map<ContactId, int>& call_counts) {
    session_->locks->check();
    meet(call_counts);
}

void PostgresStore::meet(const std::map<ContactId, int>& call_counts) {
    sql_.run(
        "INSERT INTO first_counts (account, prefix, contact_id, call_count, stamping_since)"
        " SELECT $1, $2, contact, count, 0"
        " FROM unnest($3::text[], $4::bigint[]) AS met (contact, count)"
        " ON CONFLICT (account, prefix, contact_id) DO NOTHING",
        account_, prefix_, column(call_counts, [](const auto& row) { return row.first; }),
        column(call_counts, [](const auto& row) { return row.second; }));
}

void PostgresStore::leave(const ContactId& contact_id) {
    sql_.run(
        "UPDATE first_counts SET call_count = GREATEST(call_count - 1, 0)"
        " WHERE account = $1 AND prefix = $2 AND contact_id = $3",
        account_, prefix_, contact_id);
}

void PostgresStore::note_stamps(const std::map<ContactId, std::optional<UtcTime>>& begun) {
    write(
        "UPDATE first_counts SET stamping_since = since"
        " FROM unnest($3::text[], $4::bigint[]) AS begun (contact, since)"
        " WHERE account = $1 AND prefix = $2 AND contact_id = contact",
        account_, prefix_, column(begun, [](const auto& row) { return row.first; }),
        column(begun, [](const auto& row) { return moment(row.second); }));
}

bool PostgresStore::has_stamps_in_doubt() {
    bool in_doubt = false;
    sql_.run(
            "SELECT EXISTS (SELECT 1 FROM first_counts WHERE account = $1 AND stamping_since <> 0)",
            account_)
        .first(in_doubt);
    return in_doubt;
}

void PostgresStore::follow_merge(const ContactId& old_id, const ContactId& new_id) {
    auto transaction = begin();
    follow(old_id, new_id);
    transaction.commit();
}

void PostgresStore::follow(const ContactId& old_id, const ContactId& new_id) {
    sql_.run("UPDATE calls SET contact_id = $3 WHERE contact_id = $2 AND contact_id <> '' AND" +
                 calls_of_account,
             account_, old_id, new_id);
    sql_.run(
        "UPDATE calls SET leaving = $3 WHERE leaving = $2 AND leaving <> '' AND" + calls_of_account,
        account_, old_id, new_id);
    sql_.run(
        "UPDATE contacts SET contact_id = $3, merged = 1"
        " WHERE account = $1 AND contact_id = $2",
        account_, old_id, new_id);
    sql_.run("UPDATE merges SET survivor_id = $3 WHERE account = $1 AND survivor_id = $2", account_,
             old_id, new_id);
    // A merged contact has the calls of both.
    sql_.run(
        "INSERT INTO first_counts AS own"
        " (account, prefix, contact_id, call_count, stamping_since)"
        " SELECT account, prefix, $3, call_count, stamping_since FROM first_counts"
        " WHERE account = $1 AND contact_id = $2"
        " ON CONFLICT (account, prefix, contact_id)"
        " DO UPDATE SET call_count = own.call_count + excluded.call_count,"
        " stamping_since = GREATEST(own.stamping_since, excluded.stamping_since)",
        account_, old_id, new_id);
    sql_.run("DELETE FROM first_counts WHERE account = $1 AND contact_id = $2", account_, old_id);
}

// Of several bridges, each contact's calls lie together in the index by contact.
std::map<ContactId, History> PostgresStore::histories(const std::set<ContactId>& contact_ids) {
    static const std::string logged_calls =
        " FROM calls WHERE contact_id = asked.contact_id AND contact_id <> ''"
        " AND activity_id <> ''"
        " AND leaving = '' AND bridge IN"
        " (SELECT bridge FROM bridges WHERE account = $1 AND prefix = $2)";
    std::map<ContactId, History> histories;
    ContactId contact_id;
    History history;
    std::string payload;
    long long called_at = 0, stamping_since = 0;
    bool has_newest = false;
    const auto take_row = [&] {
        history.newest = has_newest ? decode_call(payload) : Call{};
        if (has_newest) history.newest.called_at = from_unix_ms(called_at);
        history.stamping_since = moment(stamping_since);
        histories[contact_id] = history;
    };
    sql_.run(
            "SELECT contact_id, payload IS NOT NULL, COALESCE(payload, ''),"
            " COALESCE(called_at, 0), COALESCE(found, 0), COALESCE(written, 0),"
            " COALESCE(call_count, 0), COALESCE(stamping_since, 0) FROM (SELECT $1 AS account,"
            " $2 AS prefix, unnest($3::text[]) AS contact_id OFFSET 0) AS asked"
            " LEFT JOIN LATERAL (SELECT payload, called_at" +
                logged_calls +
                " AND payload <> '' ORDER BY called_at DESC, call_id DESC LIMIT 1) AS newest ON "
                "true"
                " LEFT JOIN LATERAL (SELECT SUM(found) AS found, SUM(1 - found) AS written" +
                logged_calls +
                ") AS counts ON true"
                " LEFT JOIN first_counts USING (account, prefix, contact_id)"
                " WHERE payload IS NOT NULL OR call_count IS NOT NULL",
            account_, prefix_, column(contact_ids, [](const ContactId& id) { return id; }))
        .each(take_row, contact_id, has_newest, payload, called_at, history.found, history.written,
              history.base, stamping_since);
    return histories;
}

}  // namespace ringbridge::ledger::postgres
