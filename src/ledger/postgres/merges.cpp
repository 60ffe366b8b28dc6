// Merges that ringbridge made: what was lost, and how far each has come.
#include "ledger/postgres/store.hpp"

namespace ringbridge::ledger::postgres {

void PostgresStore::begin_merges(const std::vector<Merge>& merges) {
    auto transaction = begin();
    for (const auto& merge : merges) {
        // Stores what each of the two had before follow() adds it up.
        meet({{merge.keep, merge.keep_count}, {merge.loser, merge.loser_count}});
        sql_.run(
            "INSERT INTO merges (account, loser_id, keep_id, survivor_id, snapshot, stamp)"
            " VALUES ($1, $2, $3, '', $4, $5)"
            " ON CONFLICT (account, loser_id) DO UPDATE SET keep_id = excluded.keep_id,"
            " snapshot = excluded.snapshot, stamp = excluded.stamp",
            account_, merge.loser, merge.keep, merge.snapshot, merge.stamp);
    }
    transaction.commit();
}

void PostgresStore::settle_merge(const ContactId& loser, const ContactId& survivor) {
    auto transaction = begin();
    ContactId keep;
    sql_.run("SELECT keep_id FROM merges WHERE account = $1 AND loser_id = $2", account_, loser)
        .first(keep);
    for (const auto& old_id : {keep, loser}) {
        if (old_id != survivor) follow(old_id, survivor);
    }
    sql_.run("UPDATE merges SET survivor_id = $3 WHERE account = $1 AND loser_id = $2", account_,
             loser, survivor);
    transaction.commit();
}

void PostgresStore::note_stamped(const ContactId& loser) {
    write("UPDATE merges SET stamp = '' WHERE account = $1 AND loser_id = $2", account_, loser);
}

std::vector<Merge> PostgresStore::open_merges() {
    Merge merge;
    std::vector<Merge> merges;
    sql_.run(
            "SELECT keep_id, loser_id, survivor_id, stamp FROM merges"
            " WHERE account = $1 AND (survivor_id = '' OR stamp <> '') ORDER BY place",
            account_)
        .each([&] { merges.push_back(merge); }, merge.keep, merge.loser, merge.survivor,
              merge.stamp);
    return merges;
}

std::optional<Merge> PostgresStore::find_merge(const ContactId& loser) {
    Merge merge{.loser = loser};
    if (!sql_.run("SELECT keep_id, survivor_id, snapshot, stamp FROM merges"
                  " WHERE account = $1 AND loser_id = $2",
                  account_, loser)
             .first(merge.keep, merge.survivor, merge.snapshot, merge.stamp))
        return std::nullopt;
    return merge;
}

}  // namespace ringbridge::ledger::postgres
