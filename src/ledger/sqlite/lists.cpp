// The calls as people see them: found, listed and counted.
#include "ledger/moment.hpp"
#include "ledger/place.hpp"
#include "ledger/sqlite/call_rows.hpp"
#include "ledger/sqlite/search.hpp"
#include "ledger/sqlite/store.hpp"

#include <limits>

namespace ringbridge::ledger::sqlite {
namespace {

// The states of Selection, as conditions on a row.
std::string condition_of(const std::string& state) {
    if (state == "synced") return "stage = 'done'";
    if (state == "parked") return "stage = 'parked'";
    if (state == "dismissed") return "stage = 'dismissed'";
    return unfinished + (state == "failed" ? " AND reason <> ''" : " AND reason = ''");
}

// The call's search text contains the text, or its number does.
const std::string contains_text =
    " AND (:text = '' OR EXISTS (SELECT 1 FROM searched WHERE searched.bridge = calls.bridge"
    " AND searched.call_id = calls.call_id AND instr(text, :text) > 0)"
    " OR instr(phone, :text) > 0)";

const std::string has_number =
    "bridge = :bridge AND phone <> '' AND phone >= :number AND phone < :past_it";

const std::string found_in_index =
    "INDEXED BY sqlite_autoindex_calls_1 WHERE bridge = :bridge AND call_id IN"
    " (SELECT call_id FROM searched WHERE bridge = :bridge AND place IN"
    " (SELECT rowid FROM search_index WHERE search_index MATCH :phrase)"
    " UNION SELECT call_id FROM calls WHERE " +
    has_number + ')';

const std::string all_from = "WHERE bridge = :bridge AND (called_at, call_id) >= (:from, :from_id)";

const std::string newest_first =
    " AND (called_at, call_id) < (:before, :before_id)"
    " ORDER BY called_at DESC, call_id DESC LIMIT :limit";

std::map<std::string, int> no_calls() {
    std::map<std::string, int> none;
    for (const auto* state : states) none[state] = 0;
    return none;
}

// A row's state, by name.
const std::string state_of_row = [] {
    std::string expression = "CASE";
    for (const std::string state : states) {
        expression += " WHEN " + condition_of(state) + " THEN '" + state + '\'';
    }
    return expression + " END";
}();

// Few enough to be sorted after they are found.
bool is_rare(Statements& statements, const std::string& bridge, const std::string& text) {
    if (!is_indexed(text)) return false;
    constexpr int most = 2'000;
    const auto phrase = phrase_of(text), number = '+' + text, past_it = number + ':';
    int count = 0;
    statements.run(
        "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM search_index"
        " WHERE search_index MATCH :phrase LIMIT :most)) +"
        " (SELECT COUNT(*) FROM (SELECT 1 FROM calls WHERE " +
            has_number + " LIMIT :most))",
        soci::into(count), soci::use(phrase, "phrase"), soci::use(most, "most"),
        soci::use(bridge, "bridge"), soci::use(number, "number"), soci::use(past_it, "past_it"));
    return count < most;
}

// The last call that one query scans where the index does not help: the text is too short for it,
// or so many calls match that enough are found soon. Nothing if all calls are scanned.
std::optional<Place> last_to_search(Statements& statements, const std::string& bridge,
                                    const Place& before) {
    constexpr int most = 20'000;
    const int skipped = most - 1;
    Place last;
    if (!statements.run("SELECT called_at, call_id FROM calls INDEXED BY calls_by_time"
                        " WHERE bridge = :bridge AND (called_at, call_id) < (:before, :before_id)"
                        " ORDER BY called_at DESC, call_id DESC LIMIT 1 OFFSET :skipped",
                        soci::into(last.called_at), soci::into(last.call_id), soci::use(bridge),
                        soci::use(before.called_at), soci::use(before.call_id), soci::use(skipped)))
        return std::nullopt;
    return last;
}

}  // namespace

std::optional<Entry> SqliteStore::find(const CallId& call_id) {
    auto entries = select(statements_, "WHERE bridge = :bridge AND call_id = :id",
                          soci::use(bridge_), soci::use(call_id.text));
    if (entries.empty()) return std::nullopt;
    return std::move(entries.front());
}

Listed SqliteStore::list(const Selection& selection) {
    const auto text = searchable(selection.text);
    const auto before = place_at(selection.cursor);
    const auto state = selection.state ? " AND " + condition_of(*selection.state) : std::string{};
    const int limit = selection.limit + 1;
    std::string reached;
    std::vector<Entry> entries;
    if (!text.empty() && is_rare(statements_, bridge_, text)) {
        const auto phrase = phrase_of(text), number = '+' + text, past_it = number + ':';
        entries = select(statements_, found_in_index + contains_text + state + newest_first,
                         soci::use(bridge_, "bridge"), soci::use(phrase, "phrase"),
                         soci::use(number, "number"), soci::use(past_it, "past_it"),
                         soci::use(text, "text"), soci::use(before.called_at, "before"),
                         soci::use(before.call_id, "before_id"), soci::use(limit, "limit"));
    } else {
        const auto last =
            text.empty() ? std::nullopt : last_to_search(statements_, bridge_, before);
        const auto from = last.value_or(Place{std::numeric_limits<long long>::min(), ""});
        if (last) reached = cursor_of(*last);
        entries = select(statements_, all_from + contains_text + state + newest_first,
                         soci::use(bridge_, "bridge"), soci::use(from.called_at, "from"),
                         soci::use(from.call_id, "from_id"), soci::use(text, "text"),
                         soci::use(before.called_at, "before"),
                         soci::use(before.call_id, "before_id"), soci::use(limit, "limit"));
    }
    if (static_cast<int>(entries.size()) == limit) {
        entries.pop_back();
        const auto& last = entries.back();
        reached = cursor_of({to_unix_ms(last.placed_at), last.call.id.text});
    }
    return {std::move(entries), std::move(reached)};
}

std::map<std::string, int> SqliteStore::count_by_state(UtcTime since) {
    const long long since_ms = to_unix_ms(since);
    auto counts = no_calls();
    std::string state;
    int count = 0;
    statements_.each_row(
        "SELECT " + state_of_row +
            ", COUNT(*) FROM calls INDEXED BY calls_by_time"
            " WHERE bridge = :bridge AND called_at >= :since GROUP BY 1",
        [&] { counts[state] = count; }, soci::into(state), soci::into(count), soci::use(bridge_),
        soci::use(since_ms));
    return counts;
}

Arrivals SqliteStore::arrivals(UtcTime since) {
    const long long since_ms = to_unix_ms(since);
    long long last = 0;
    Arrivals arrivals;
    statements_.run(
        "SELECT COUNT(*), COALESCE(SUM(pushed_at > 0), 0), COALESCE(MAX(pushed_at), 0) FROM calls"
        " INDEXED BY calls_by_time WHERE bridge = :bridge AND called_at >= :since",
        soci::into(arrivals.calls), soci::into(arrivals.pushed), soci::into(last),
        soci::use(bridge_), soci::use(since_ms));
    arrivals.last_pushed_at = moment(last);
    return arrivals;
}

std::vector<Tally> SqliteStore::history(UtcTime since, Milliseconds step) {
    const long long since_ms = to_unix_ms(since);
    const long long step_ms = step.count();
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
    statements_.each_row(
        "SELECT (called_at - :since) / :step, " + state_of_row +
            ", COUNT(*) FROM calls INDEXED BY calls_by_time"
            " WHERE bridge = :bridge AND called_at >= :since GROUP BY 1, 2 ORDER BY 1",
        take_row, soci::into(place), soci::into(state), soci::into(count),
        soci::use(since_ms, "since"), soci::use(step_ms, "step"), soci::use(bridge_, "bridge"));
    return tallies;
}

// A number that changes when other connections write; this one writes nothing.
std::string SqliteStore::pulse() {
    long long version = 0;
    statements_.run("PRAGMA data_version", soci::into(version));
    return std::to_string(version);
}

}  // namespace ringbridge::ledger::sqlite
