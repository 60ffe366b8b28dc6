// Which contact a number belongs to, and how many calls a contact had before us.
#include "ledger/call_codec.hpp"
#include "ledger/store.hpp"

namespace ringbridge::ledger {

std::map<PhoneNumber, KnownContact> Ledger::Store::known_contacts(
    const std::set<PhoneNumber>& numbers) {
    std::map<PhoneNumber, KnownContact> known;
    PhoneNumber number;
    std::string contact_id;
    long long creating_since = 0;
    soci::statement select =
        (sql_.prepare << "SELECT contact_id, creating_since FROM contacts"
                         " WHERE bridge = :bridge AND phone = :phone AND extension = :extension",
         soci::into(contact_id), soci::into(creating_since), soci::use(bridge_),
         soci::use(number.e164), soci::use(number.extension));
    for (const auto& wanted : numbers) {
        number = wanted;
        if (!select.execute(true)) continue;
        known[wanted] = {.contact_id = contact_id, .creating_since = moment(creating_since)};
    }
    return known;
}

void Ledger::Store::know_contacts(const std::map<PhoneNumber, KnownContact>& contacts) {
    WriteTransaction transaction{sql_};
    for (const auto& [number, contact] : contacts) {
        const long long since = moment(contact.creating_since);
        sql_ << "INSERT INTO contacts VALUES (:bridge, :phone, :extension, :contact, :since)"
                " ON CONFLICT (bridge, phone, extension) DO UPDATE SET"
                " contact_id = excluded.contact_id, creating_since = excluded.creating_since",
            soci::use(bridge_), soci::use(number.e164), soci::use(number.extension),
            soci::use(contact.contact_id), soci::use(since);
    }
    transaction.commit();
}

void Ledger::Store::forget_contacts(const std::set<PhoneNumber>& numbers) {
    WriteTransaction transaction{sql_};
    for (const auto& number : numbers) {
        sql_ << "DELETE FROM contacts"
                " WHERE bridge = :bridge AND phone = :phone AND extension = :extension",
            soci::use(bridge_), soci::use(number.e164), soci::use(number.extension);
    }
    transaction.commit();
}

void Ledger::Store::meet_contacts(const std::map<std::string, int>& call_counts) {
    WriteTransaction transaction{sql_};
    for (const auto& [contact_id, count] : call_counts) {
        sql_ << "INSERT INTO first_counts VALUES (:bridge, :contact, :count, 0)"
                " ON CONFLICT (bridge, contact_id) DO NOTHING",
            soci::use(bridge_), soci::use(contact_id), soci::use(count);
    }
    transaction.commit();
}

void Ledger::Store::note_stamps(const std::map<std::string, std::optional<UtcTime>>& begun) {
    WriteTransaction transaction{sql_};
    for (const auto& [contact_id, begun_at] : begun) {
        const long long since = moment(begun_at);
        sql_ << "UPDATE first_counts SET stamping_since = :since"
                " WHERE bridge = :bridge AND contact_id = :contact",
            soci::use(since), soci::use(bridge_), soci::use(contact_id);
    }
    transaction.commit();
}

void Ledger::Store::follow_merge(const std::string& old_id, const std::string& new_id) {
    WriteTransaction transaction{sql_};
    sql_ << "UPDATE calls SET contact_id = :new WHERE bridge = :bridge AND contact_id = :old",
        soci::use(new_id), soci::use(bridge_), soci::use(old_id);
    sql_ << "UPDATE contacts SET contact_id = :new WHERE bridge = :bridge AND contact_id = :old",
        soci::use(new_id), soci::use(bridge_), soci::use(old_id);
    // Two merged contacts had the calls of both.
    sql_ << "INSERT INTO first_counts SELECT bridge, :new, call_count, stamping_since FROM "
            "first_counts"
            " WHERE bridge = :bridge AND contact_id = :old"
            " ON CONFLICT (bridge, contact_id)"
            " DO UPDATE SET call_count = call_count + excluded.call_count,"
            " stamping_since = MAX(stamping_since, excluded.stamping_since)",
        soci::use(new_id), soci::use(bridge_), soci::use(old_id);
    sql_ << "DELETE FROM first_counts WHERE bridge = :bridge AND contact_id = :old",
        soci::use(bridge_), soci::use(old_id);
    transaction.commit();
}

std::map<std::string, History> Ledger::Store::histories(const std::set<std::string>& contact_ids) {
    std::map<std::string, History> histories;
    std::string contact_id, payload;
    int found = 0, written = 0, base = 0;
    long long stamping_since = 0;
    soci::statement newest =
        (sql_.prepare << "SELECT payload FROM calls"
                         " WHERE bridge = :bridge AND contact_id = :contact AND activity_id <> ''"
                         " ORDER BY called_at DESC, call_id DESC LIMIT 1",
         soci::into(payload), soci::use(bridge_), soci::use(contact_id));
    soci::statement tally =
        (sql_.prepare << "SELECT COALESCE(SUM(found), 0), COALESCE(SUM(1 - found), 0) FROM calls"
                         " WHERE bridge = :bridge AND contact_id = :contact AND activity_id <> ''",
         soci::into(found), soci::into(written), soci::use(bridge_), soci::use(contact_id));
    soci::statement met =
        (sql_.prepare << "SELECT call_count, stamping_since FROM first_counts"
                         " WHERE bridge = :bridge AND contact_id = :contact",
         soci::into(base), soci::into(stamping_since), soci::use(bridge_), soci::use(contact_id));
    for (const auto& wanted : contact_ids) {
        contact_id = wanted;
        if (!newest.execute(true)) continue;
        tally.execute(true);
        auto& history = histories[wanted] = {decode_call(payload), found, written, 0, {}};
        if (!met.execute(true)) continue;
        history.base = base;
        history.stamping_since = moment(stamping_since);
    }
    return histories;
}

}  // namespace ringbridge::ledger
