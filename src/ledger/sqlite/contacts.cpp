// Which contact a number belongs to, and how many calls a contact had before us: what the bridges
// of one account share.
#include "ledger/call_codec.hpp"
#include "ledger/moment.hpp"
#include "ledger/sqlite/store.hpp"

namespace ringbridge::ledger::sqlite {
namespace {

const std::string calls_of_account =
    " bridge IN (SELECT bridge FROM bridges WHERE account = :account)";
const std::string calls_of_prefix =
    " bridge IN (SELECT bridge FROM bridges WHERE account = :account AND prefix = :prefix)";

}  // namespace

std::map<PhoneNumber, KnownContact> SqliteStore::known_contacts(
    const std::set<PhoneNumber>& numbers) {
    std::map<PhoneNumber, KnownContact> known;
    ContactId contact_id;
    long long creating_since = 0;
    int merged = 0;
    for (const auto& number : numbers) {
        const bool found = statements_.run(
            "SELECT contact_id, creating_since, merged FROM contacts"
            " WHERE account = :account AND phone = :phone AND extension = :extension",
            soci::into(contact_id.text), soci::into(creating_since), soci::into(merged),
            soci::use(account_), soci::use(number.e164), soci::use(number.extension));
        if (!found) continue;
        known[number] = {.contact_id = contact_id,
                         .creating_since = moment(creating_since),
                         .merged = merged != 0};
    }
    return known;
}

void SqliteStore::know_contacts(const std::map<PhoneNumber, KnownContact>& contacts) {
    WriteTransaction transaction{sql_};
    for (const auto& [number, contact] : contacts) {
        const long long since = moment(contact.creating_since);
        const int merged = contact.merged ? 1 : 0;
        statements_.run(
            "INSERT INTO contacts"
            " (account, phone, extension, contact_id, creating_since, merged) VALUES"
            " (:account, :phone, :extension, :contact, :since, :merged)"
            " ON CONFLICT (account, phone, extension) DO UPDATE SET contact_id ="
            " excluded.contact_id, creating_since = excluded.creating_since,"
            " merged = excluded.merged",
            soci::use(account_), soci::use(number.e164), soci::use(number.extension),
            soci::use(contact.contact_id.text), soci::use(since), soci::use(merged));
    }
    transaction.commit();
}

void SqliteStore::forget_contacts(const std::set<PhoneNumber>& numbers) {
    WriteTransaction transaction{sql_};
    for (const auto& number : numbers) {
        statements_.run(
            "DELETE FROM contacts"
            " WHERE account = :account AND phone = :phone AND extension = :extension",
            soci::use(account_), soci::use(number.e164), soci::use(number.extension));
    }
    transaction.commit();
}

void SqliteStore::meet_contacts(const std::map<ContactId, int>& call_counts) {
    WriteTransaction transaction{sql_};
    for (const auto& [contact_id, count] : call_counts) meet(contact_id, count);
    transaction.commit();
}

void SqliteStore::meet(const ContactId& contact_id, int count) {
    statements_.run(
        "INSERT INTO first_counts (account, prefix, contact_id, call_count, stamping_since) VALUES "
        "(:account, :prefix, :contact, :count, 0)"
        " ON CONFLICT (account, prefix, contact_id) DO NOTHING",
        soci::use(account_), soci::use(prefix_), soci::use(contact_id.text), soci::use(count));
}

void SqliteStore::leave(const ContactId& contact_id) {
    statements_.run(
        "UPDATE first_counts SET call_count = MAX(call_count - 1, 0)"
        " WHERE account = :account AND prefix = :prefix AND contact_id = :contact",
        soci::use(account_), soci::use(prefix_), soci::use(contact_id.text));
}

void SqliteStore::note_stamps(const std::map<ContactId, std::optional<UtcTime>>& begun) {
    WriteTransaction transaction{sql_};
    for (const auto& [contact_id, begun_at] : begun) {
        const long long since = moment(begun_at);
        statements_.run(
            "UPDATE first_counts SET stamping_since = :since"
            " WHERE account = :account AND prefix = :prefix AND contact_id = :contact",
            soci::use(since), soci::use(account_), soci::use(prefix_), soci::use(contact_id.text));
    }
    transaction.commit();
}

bool SqliteStore::has_stamps_in_doubt() {
    int in_doubt = 0;
    statements_.run(
        "SELECT EXISTS(SELECT 1 FROM first_counts WHERE account = :account AND stamping_since <> "
        "0)",
        soci::into(in_doubt), soci::use(account_));
    return in_doubt != 0;
}

void SqliteStore::follow_merge(const ContactId& old_id, const ContactId& new_id) {
    WriteTransaction transaction{sql_};
    follow(old_id, new_id);
    transaction.commit();
}

void SqliteStore::follow(const ContactId& old_id, const ContactId& new_id) {
    statements_.run(
        "UPDATE calls SET contact_id = :new WHERE contact_id = :old AND" + calls_of_account,
        soci::use(new_id.text), soci::use(old_id.text), soci::use(account_));
    statements_.run("UPDATE calls SET leaving = :new WHERE leaving = :old AND leaving <> '' AND" +
                        calls_of_account,
                    soci::use(new_id.text), soci::use(old_id.text), soci::use(account_));
    statements_.run(
        "UPDATE contacts SET contact_id = :new, merged = 1"
        " WHERE account = :account AND contact_id = :old",
        soci::use(new_id.text), soci::use(account_), soci::use(old_id.text));
    statements_.run(
        "UPDATE merges SET survivor_id = :new"
        " WHERE account = :account AND survivor_id = :old",
        soci::use(new_id.text), soci::use(account_), soci::use(old_id.text));
    // A merged contact has the calls of both.
    statements_.run(
        "INSERT INTO first_counts (account, prefix, contact_id, call_count, stamping_since)"
        " SELECT account, prefix, :new, call_count, stamping_since FROM first_counts"
        " WHERE account = :account AND contact_id = :old"
        " ON CONFLICT (account, prefix, contact_id)"
        " DO UPDATE SET call_count = call_count + excluded.call_count,"
        " stamping_since = MAX(stamping_since, excluded.stamping_since)",
        soci::use(new_id.text), soci::use(account_), soci::use(old_id.text));
    statements_.run("DELETE FROM first_counts WHERE account = :account AND contact_id = :old",
                    soci::use(account_), soci::use(old_id.text));
}

std::map<ContactId, History> SqliteStore::histories(const std::set<ContactId>& contact_ids) {
    std::map<ContactId, History> histories;
    for (const auto& contact_id : contact_ids) {
        if (auto history = history_of(contact_id)) histories[contact_id] = std::move(*history);
    }
    return histories;
}

std::optional<History> SqliteStore::history_of(const ContactId& contact_id) {
    static const auto logged_calls =
        " FROM calls WHERE contact_id = :contact AND activity_id <> '' AND leaving = '' AND" +
        calls_of_prefix;
    std::string payload;
    long long called_at = 0, stamping_since = 0;
    History history;
    const bool has_newest =
        statements_.run("SELECT payload, called_at" + logged_calls +
                            " AND payload <> '' ORDER BY called_at DESC, call_id DESC LIMIT 1",
                        soci::into(payload), soci::into(called_at), soci::use(contact_id.text),
                        soci::use(account_), soci::use(prefix_));
    const bool is_met = statements_.run(
        "SELECT call_count, stamping_since FROM first_counts"
        " WHERE account = :account AND prefix = :prefix AND contact_id = :contact",
        soci::into(history.base), soci::into(stamping_since), soci::use(account_),
        soci::use(prefix_), soci::use(contact_id.text));
    if (!has_newest && !is_met) return std::nullopt;
    statements_.run("SELECT COALESCE(SUM(found), 0), COALESCE(SUM(1 - found), 0)" + logged_calls,
                    soci::into(history.found), soci::into(history.written),
                    soci::use(contact_id.text), soci::use(account_), soci::use(prefix_));
    if (has_newest) {
        history.newest = decode_call(payload);
        history.newest.called_at = from_unix_ms(called_at);
    }
    if (is_met) history.stamping_since = moment(stamping_since);
    return history;
}

}  // namespace ringbridge::ledger::sqlite
