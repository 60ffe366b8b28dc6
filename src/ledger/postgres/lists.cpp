// The calls as people see them: found, listed and counted.
#include "ledger/key.hpp"
#include "ledger/moment.hpp"
#include "ledger/place.hpp"
#include "ledger/postgres/patterns.hpp"
#include "ledger/postgres/rows.hpp"
#include "ledger/search.hpp"

#include <limits>

namespace ringbridge::ledger::postgres {
namespace {

const std::string has_number = "bridge = $1 AND phone <> '' AND phone >= $3 AND phone < $4";

// $2: the pattern. Kept together: the planner must not look for the newest calls instead.
const std::string found_in_index =
    "WHERE bridge = $1 AND call_id IN (WITH found AS MATERIALIZED"
    " (SELECT call_id FROM searched WHERE bridge = $1 AND text LIKE $2"
    " UNION SELECT call_id FROM calls WHERE " +
    has_number + ") SELECT call_id FROM found)";

// $2: the text, which the call's search text contains, or its number does.
const std::string found_by_scan =
    "WHERE bridge = $1 AND ($2 = '' OR strpos(phone, $2) > 0 OR EXISTS (SELECT 1 FROM searched"
    " WHERE searched.bridge = calls.bridge AND searched.call_id = calls.call_id"
    " AND strpos(text, $2) > 0)) AND (called_at, call_id) >= ($3::bigint, $4)";

// $5 to $8: the state or '', where the page begins, how many.
const std::string newest_first =
    " AND ($5 = '' OR state = $5) AND (called_at, call_id) < ($6::bigint, $7)"
    " ORDER BY called_at DESC, call_id DESC LIMIT $8";

std::map<std::string, int> no_calls() {
    std::map<std::string, int> none;
    for (const auto* state : states) none[state] = 0;
    return none;
}

/// A text that may be part of a number, as the range of those that begin with it.
struct Numbers {
    explicit Numbers(const std::string& text) : first{'+' + text}, past_last{first + ':'} {}
    std::string first, past_last;
};

// Few enough to be sorted after they are found.
bool is_rare(Connection& sql, const std::string& bridge, const std::string& text) {
    if (!is_indexed(text)) return false;
    constexpr int most = 2'000;
    const Numbers numbers{text};
    int count = 0;
    sql.run(
           "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM searched"
           " WHERE bridge = $1 AND text LIKE $2 LIMIT $5) AS by_text) +"
           " (SELECT COUNT(*) FROM (SELECT 1 FROM calls WHERE " +
               has_number + " LIMIT $5) AS by_number)",
           bridge, pattern_of(text), numbers.first, numbers.past_last, most)
        .first(count);
    return count < most;
}

// The last call that one query scans where the index does not help: the text is too short for it,
// or so many calls match that enough are found soon. Nothing if all calls are scanned.
std::optional<Place> last_to_search(Connection& sql, const std::string& bridge,
                                    const Place& before) {
    constexpr int most = 20'000;
    Place last;
    if (!sql.run("SELECT called_at, call_id FROM calls"
                 " WHERE bridge = $1 AND (called_at, call_id) < ($2::bigint, $3)"
                 " ORDER BY called_at DESC, call_id DESC LIMIT 1 OFFSET $4",
                 bridge, before.called_at, before.call_id, most - 1)
             .first(last.called_at, last.call_id))
        return std::nullopt;
    return last;
}

}  // namespace

// Without the extension pg_trgm, which not everybody may create, there is none.
bool PostgresStore::has_text_index() {
    if (!text_index_) {
        bool found = false;
        sql_.run("SELECT to_regclass('searched_by_text') IS NOT NULL").first(found);
        text_index_ = found;
    }
    return *text_index_;
}

std::optional<Entry> PostgresStore::find(const CallId& call_id) {
    auto entries = select("WHERE bridge = $1 AND call_id = $2", bridge_, key_of(call_id));
    if (entries.empty()) return std::nullopt;
    return std::move(entries.front());
}

Listed PostgresStore::list(const Selection& selection) {
    const auto text = searchable(selection.text);
    const auto before = place_at(selection.cursor);
    const auto state = selection.state.value_or("");
    const int limit = selection.limit + 1;
    std::string reached;
    std::vector<Entry> entries;
    if (!text.empty() && has_text_index() && is_rare(sql_, bridge_, text)) {
        const Numbers numbers{text};
        entries = select(found_in_index + newest_first, bridge_, pattern_of(text), numbers.first,
                         numbers.past_last, state, before.called_at, before.call_id, limit);
    } else {
        const auto last = text.empty() ? std::nullopt : last_to_search(sql_, bridge_, before);
        const auto from = last.value_or(Place{std::numeric_limits<long long>::min(), ""});
        if (last) reached = cursor_of(*last);
        entries = select(found_by_scan + newest_first, bridge_, text, from.called_at, from.call_id,
                         state, before.called_at, before.call_id, limit);
    }
    if (static_cast<int>(entries.size()) == limit) {
        entries.pop_back();
        const auto& last = entries.back();
        reached = cursor_of({to_unix_ms(last.placed_at), key_of(last.call.id)});
    }
    return {std::move(entries), std::move(reached)};
}

std::map<std::string, int> PostgresStore::count_by_state(UtcTime since) {
    auto counts = no_calls();
    std::string state;
    int count = 0;
    sql_.run("SELECT state, COUNT(*) FROM calls WHERE bridge = $1 AND called_at >= $2 GROUP BY 1",
             bridge_, to_unix_ms(since))
        .each([&] { counts[state] = count; }, state, count);
    return counts;
}

Arrivals PostgresStore::arrivals(UtcTime since) {
    long long last = 0;
    Arrivals arrivals;
    sql_.run(
            "SELECT COUNT(*), COUNT(*) FILTER (WHERE pushed_at > 0), COALESCE(MAX(pushed_at), 0)"
            " FROM calls WHERE bridge = $1 AND called_at >= $2",
            bridge_, to_unix_ms(since))
        .first(arrivals.calls, arrivals.pushed, last);
    arrivals.last_pushed_at = moment(last);
    return arrivals;
}

std::vector<Tally> PostgresStore::history(UtcTime since, Milliseconds step) {
    long long place = 0;
    std::string state;
    int count = 0;
    std::vector<Tally> tallies;
    const auto take_row = [&] {
        const auto begin = since + place * step;
        if (tallies.empty() || tallies.back().since != begin) {
            tallies.push_back({begin, no_calls()});
        }
        tallies.back().calls[state] = count;
    };
    sql_.run(
            "SELECT (called_at - $2) / $3, state, COUNT(*) FROM calls"
            " WHERE bridge = $1 AND called_at >= $2 GROUP BY 1, 2 ORDER BY 1",
            bridge_, to_unix_ms(since), step.count())
        .each(take_row, place, state, count);
    return tallies;
}

// The next transaction that writes: this one writes nothing.
std::string PostgresStore::pulse() {
    std::string next;
    sql_.run("SELECT pg_snapshot_xmax(pg_current_snapshot())").first(next);
    return next;
}

}  // namespace ringbridge::ledger::postgres
