// Merges that ringbridge made: what was lost, and how far each has come.
#include "ledger/sqlite/store.hpp"

namespace ringbridge::ledger::sqlite {

void SqliteStore::begin_merges(const std::vector<Merge>& merges) {
    WriteTransaction transaction{sql_};
    for (const auto& merge : merges) {
        // Stores what each of the two had before follow() adds it up.
        meet(merge.keep, merge.keep_count);
        meet(merge.loser, merge.loser_count);
        statements_.run(
            "INSERT INTO merges (account, loser_id, keep_id, survivor_id, snapshot, stamp) VALUES "
            "(:account, :loser, :keep, '', :snapshot, :stamp)"
            " ON CONFLICT (account, loser_id) DO UPDATE SET keep_id = excluded.keep_id,"
            " snapshot = excluded.snapshot, stamp = excluded.stamp",
            soci::use(account_), soci::use(merge.loser.text), soci::use(merge.keep.text),
            soci::use(merge.snapshot), soci::use(merge.stamp));
    }
    transaction.commit();
}

void SqliteStore::settle_merge(const ContactId& loser, const ContactId& survivor) {
    WriteTransaction transaction{sql_};
    ContactId keep;
    statements_.run("SELECT keep_id FROM merges WHERE account = :account AND loser_id = :loser",
                    soci::into(keep.text), soci::use(account_), soci::use(loser.text));
    for (const auto& old_id : {keep, loser}) {
        if (old_id != survivor) follow(old_id, survivor);
    }
    statements_.run(
        "UPDATE merges SET survivor_id = :survivor"
        " WHERE account = :account AND loser_id = :loser",
        soci::use(survivor.text), soci::use(account_), soci::use(loser.text));
    transaction.commit();
}

void SqliteStore::note_stamped(const ContactId& loser) {
    WriteTransaction transaction{sql_};
    statements_.run("UPDATE merges SET stamp = '' WHERE account = :account AND loser_id = :loser",
                    soci::use(account_), soci::use(loser.text));
    transaction.commit();
}

std::vector<Merge> SqliteStore::open_merges() {
    Merge merge;
    std::vector<Merge> merges;
    statements_.each_row(
        "SELECT keep_id, loser_id, survivor_id, stamp FROM merges"
        " WHERE account = :account AND (survivor_id = '' OR stamp <> '') ORDER BY rowid",
        [&] { merges.push_back(merge); }, soci::into(merge.keep.text), soci::into(merge.loser.text),
        soci::into(merge.survivor.text), soci::into(merge.stamp), soci::use(account_));
    return merges;
}

std::optional<Merge> SqliteStore::find_merge(const ContactId& loser) {
    Merge merge{.loser = loser};
    if (!statements_.run("SELECT keep_id, survivor_id, snapshot, stamp FROM merges"
                         " WHERE account = :account AND loser_id = :loser",
                         soci::into(merge.keep.text), soci::into(merge.survivor.text),
                         soci::into(merge.snapshot), soci::into(merge.stamp), soci::use(account_),
                         soci::use(loser.text)))
        return std::nullopt;
    return merge;
}

}  // namespace ringbridge::ledger::sqlite
