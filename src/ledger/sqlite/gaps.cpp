// Ranges of time that could not be read.
#include "ledger/sqlite/store.hpp"

namespace ringbridge::ledger::sqlite {

std::vector<Gap> SqliteStore::gaps() {
    std::vector<Gap> gaps;
    Gap gap;
    long long since = 0, until = 0, found_at = 0, next_try = 0;
    const auto take_row = [&] {
        gap.range = {from_unix_ms(since), from_unix_ms(until)};
        gap.found_at = from_unix_ms(found_at);
        gap.next_try = from_unix_ms(next_try);
        gaps.push_back(gap);
    };
    statements_.each_row(
        "SELECT since, until, found_at, reason, attempts, next_try FROM gaps"
        " WHERE bridge = :bridge ORDER BY since",
        take_row, soci::into(since), soci::into(until), soci::into(found_at),
        soci::into(gap.reason), soci::into(gap.attempts), soci::into(next_try), soci::use(bridge_));
    return gaps;
}

void SqliteStore::replace_gaps(const TimeRange& range, const std::vector<Gap>& left) {
    WriteTransaction transaction{sql_};
    const long long since = to_unix_ms(range.since), until = to_unix_ms(range.until);
    statements_.run(
        "DELETE FROM gaps WHERE bridge = :bridge AND since >= :since AND until <= :until",
        soci::use(bridge_), soci::use(since), soci::use(until));
    for (const auto& gap : left) {
        const long long from = to_unix_ms(gap.range.since), to = to_unix_ms(gap.range.until);
        const long long found_at = to_unix_ms(gap.found_at), next_try = to_unix_ms(gap.next_try);
        statements_.run(
            "INSERT INTO gaps (bridge, since, until, found_at, reason, attempts, next_try)"
            " VALUES (:bridge, :since, :until, :found, :reason, :attempts, :next)"
            " ON CONFLICT (bridge, since, until) DO UPDATE SET reason = excluded.reason,"
            " attempts = excluded.attempts, next_try = excluded.next_try",
            soci::use(bridge_), soci::use(from), soci::use(to), soci::use(found_at),
            soci::use(gap.reason), soci::use(gap.attempts), soci::use(next_try));
    }
    transaction.commit();
}

}  // namespace ringbridge::ledger::sqlite
