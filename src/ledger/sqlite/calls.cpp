// The calls: recorded, read back, moved through their stages.
#include "core/text.hpp"
#include "ledger/call_codec.hpp"
#include "ledger/sqlite/search.hpp"
#include "ledger/sqlite/store.hpp"

#include <climits>

#include <algorithm>
#include <array>

namespace ringbridge::ledger {
namespace {

constexpr std::array stages{Stage::seen, Stage::matched, Stage::writing,  Stage::written,
                            Stage::done, Stage::parked,  Stage::dismissed};

Stage stage_of(const std::string& text) {
    return *std::ranges::find(stages, text, [](Stage stage) { return to_string(stage); });
}

constexpr const char* columns =
    "call_id, called_at, payload, raw, stage, reason, phone, extension, contact_id, activity_id,"
    " found, attempts, seen_at, synced_at, not_before, tried_at, given_phone, leaving";

const std::string insert_into_calls =
    "INSERT INTO calls (bridge, call_id, called_at, payload, payload_hash, raw, search, stage,"
    " reason, phone, extension, contact_id, activity_id, found, attempts, seen_at, synced_at,"
    " not_before, tried_at)";

// The variables that a SELECT of `columns` fills, a row at a time.
struct Row {
    std::string call_id, payload, raw, stage, reason, phone, extension, contact_id, activity_id,
        given_phone, leaving;
    long long called_at = 0, seen_at = 0, synced_at = 0, not_before = 0, tried_at = 0;
    int found = 0, attempts = 0;

    /// Runs `text`, which selects `columns`, and calls `take_row` for each row.
    template <class TakeRow, class... Uses>
    void each(Statements& statements, const std::string& text, TakeRow take_row, Uses&&... uses) {
        using soci::into;
        statements.each_row(text, take_row, into(call_id), into(called_at), into(payload),
                            into(raw), into(stage), into(reason), into(phone), into(extension),
                            into(contact_id), into(activity_id), into(found), into(attempts),
                            into(seen_at), into(synced_at), into(not_before), into(tried_at),
                            into(given_phone), into(leaving), std::forward<Uses>(uses)...);
    }

    Call call() const {
        if (payload.empty()) return {.id = call_id, .called_at = from_unix_ms(called_at)};
        auto call = decode_call(payload);
        if (!given_phone.empty()) call.caller_phone = given_phone;
        return call;
    }

    Entry entry() const {
        return {.call = call(),
                .raw = raw,
                .stage = stage_of(stage),
                .reason = reason,
                .given_phone = given_phone,
                .phone = {phone, extension},
                .contact_id = contact_id,
                .activity_id = activity_id,
                .leaving = leaving,
                .found = found != 0,
                .attempts = attempts,
                .seen_at = from_unix_ms(seen_at),
                .placed_at = from_unix_ms(called_at),
                .synced_at = moment(synced_at),
                .not_before = moment(not_before),
                .tried_at = moment(tried_at)};
    }
};

template <class... Uses>
std::vector<Entry> select(Statements& statements, const std::string& rest, Uses&&... uses) {
    Row row;
    std::vector<Entry> entries;
    row.each(
        statements, std::string{"SELECT "} + columns + " FROM calls " + rest,
        [&] { entries.push_back(row.entry()); }, std::forward<Uses>(uses)...);
    return entries;
}

// The prefix of keys of records without an id: see UnreadableRecord.
constexpr std::string_view without_id = "unreadable:";
const std::string more_without_id = "unreadable:more";

// Must match the condition of the partial indexes exactly.
const std::string unfinished =
    "(stage = 'seen' OR stage = 'matched' OR stage = 'writing' OR stage = 'written')";

// No run is processing such a row.
const std::string settled = "'done', 'parked', 'dismissed'";

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

}  // namespace

std::map<std::string, Stage> Ledger::Store::record(const std::vector<Call>& calls,
                                                   const std::vector<UnreadableRecord>& unreadable,
                                                   UtcTime now) {
    std::set<std::string> ids;
    WriteTransaction transaction{sql_};
    for (const auto& call : calls) {
        record_call(call, now);
        ids.insert(call.id);
    }
    for (const auto& record : unreadable) {
        record_unreadable(record, now);
        ids.insert(record.key);
    }
    take_in_newer(settled);
    transaction.commit();
    auto found = stages(ids);
    for (const auto& record : unreadable) found.try_emplace(record.key, Stage::parked);
    return found;
}

void Ledger::Store::record_call(const Call& call, UtcTime now) {
    const auto hash = stable_hash(content_of(call));
    std::string last_listed;
    const bool known =
        statements_.run("SELECT payload_hash FROM calls WHERE bridge = :bridge AND call_id = :id",
                        soci::into(last_listed), soci::use(bridge_), soci::use(call.id));
    if (!known) {
        insert_call(call, hash, now);
    } else if (last_listed != hash) {
        record_change(call, hash);
    }
}

void Ledger::Store::insert_call(const Call& call, const std::string& hash, UtcTime now) {
    const auto payload = encode_call(call);
    const long long called = to_unix_ms(place_of(call.called_at, now));
    const long long seen = to_unix_ms(now);
    statements_.run(insert_into_calls +
                        " VALUES (:bridge, :id, :called, :payload, :hash, '', '',"
                        " 'seen', '', '', '', '', '', 0, 0, :seen, 0, 0, 0)",
                    soci::use(bridge_), soci::use(call.id), soci::use(called), soci::use(payload),
                    soci::use(hash), soci::use(seen));
    set_searched(call.id, searched_text(call));
}

// What people find a call by; triggers keep the index in step with it.
void Ledger::Store::set_searched(const std::string& call_id, const std::string& text) {
    statements_.run(
        "INSERT INTO searched (bridge, call_id, text) VALUES (:bridge, :id, :text)"
        " ON CONFLICT (bridge, call_id) DO UPDATE SET text = excluded.text",
        soci::use(bridge_), soci::use(call_id), soci::use(text));
}

std::map<std::string, Stage> Ledger::Store::stages(const std::set<std::string>& call_ids) {
    std::map<std::string, Stage> stages;
    std::string stage;
    for (const auto& id : call_ids) {
        const bool known =
            statements_.run("SELECT stage FROM calls WHERE bridge = :bridge AND call_id = :id",
                            soci::into(stage), soci::use(bridge_), soci::use(id));
        if (known) stages[id] = stage_of(stage);
    }
    return stages;
}

// The hash differs from the last listing's: the content changed, or an earlier version wrote
// it. A run may be processing the row, so its content stays until the row settles.
void Ledger::Store::record_change(const Call& listed, const std::string& listed_hash) {
    std::string payload, newer, raw;
    statements_.run(
        "SELECT calls.payload, COALESCE(newer_records.payload, ''), raw"
        " FROM calls LEFT JOIN newer_records USING (bridge, call_id)"
        " WHERE bridge = :bridge AND call_id = :id",
        soci::into(payload), soci::into(newer), soci::into(raw), soci::use(bridge_),
        soci::use(listed.id));
    const bool forgotten = payload.empty() && raw.empty();
    if (forgotten) return;
    statements_.run(
        "UPDATE calls SET payload_hash = :hash WHERE bridge = :bridge AND call_id = :id",
        soci::use(listed_hash), soci::use(bridge_), soci::use(listed.id));
    const auto& last = newer.empty() ? payload : newer;
    const auto call = last.empty() ? listed : fill_blanks(listed, decode_call(last));
    if (!last.empty() && content_of(call) == content_of(decode_call(last))) return;
    const auto encoded = encode_call(call);
    statements_.run(
        "INSERT INTO newer_records (bridge, call_id, payload) VALUES (:bridge, :id, :payload)"
        " ON CONFLICT (bridge, call_id) DO UPDATE SET payload = excluded.payload",
        soci::use(bridge_), soci::use(listed.id), soci::use(encoded));
}

// Applies what was kept beside rows in these stages, none of which a run may be processing. Usually
// there is nothing: SQLite's CROSS JOIN starts with the left table, where another join might scan
// all calls.
void Ledger::Store::take_in_newer(const std::string& stages) {
    std::vector<Call> newer;
    std::string payload;
    statements_.each_row(
        "SELECT newer_records.payload FROM newer_records CROSS JOIN calls USING (bridge, call_id)"
        " WHERE bridge = :bridge AND stage IN (" +
            stages + ')',
        [&] { newer.push_back(decode_call(payload)); }, soci::into(payload), soci::use(bridge_));
    for (const auto& call : newer) {
        set_content(call);
        statements_.run("DELETE FROM newer_records WHERE bridge = :bridge AND call_id = :id",
                        soci::use(bridge_), soci::use(call.id));
    }
}

// A parked call is tried again; one with an activity has it updated. A dismissed one stays
// dismissed, and has its new content if it is retried.
void Ledger::Store::set_content(const Call& call) {
    const auto payload = encode_call(call);
    const long long called = to_unix_ms(call.called_at);
    const long long ahead = ahead_max.count();
    statements_.run(
        "UPDATE calls SET payload = :payload,"
        " called_at = CASE WHEN :called - :ahead > seen_at THEN seen_at ELSE :called END,"
        " raw = '', attempts = 0, not_before = 0,"
        " reason = CASE WHEN stage = 'dismissed' THEN reason ELSE '' END,"
        " stage = CASE WHEN stage = 'dismissed' THEN stage"
        " WHEN activity_id <> '' THEN 'matched' ELSE 'seen' END"
        " WHERE bridge = :bridge AND call_id = :id",
        soci::use(payload, "payload"), soci::use(called, "called"), soci::use(ahead, "ahead"),
        soci::use(bridge_, "bridge"), soci::use(call.id, "id"));
    set_searched(call.id, searched_text(call));
}

// A record without an id is identified by its content. If that varies, each listing brings new
// ones: `most` are kept for a person to review, of the rest only their number and the newest.
void Ledger::Store::record_unreadable(const UnreadableRecord& record, UtcTime now) {
    constexpr int most = 100;
    constexpr const char* how_many =
        " more records without a usable id arrived than are kept; fix the profile's mapping, then "
        "read them again with sync --since";
    insert_unreadable(record, now, record.key.starts_with(without_id) ? most : INT_MAX);
    if (stages({record.key}).contains(record.key)) return;
    insert_unreadable({more_without_id, record.raw, std::string{"0"} + how_many}, now, INT_MAX);
    const std::string suffix = how_many;
    statements_.run(
        "UPDATE calls SET raw = :raw, reason = (CAST(reason AS INTEGER) + 1) || :suffix"
        " WHERE bridge = :bridge AND call_id = :id",
        soci::use(record.raw), soci::use(suffix), soci::use(bridge_), soci::use(more_without_id));
}

// Does nothing if it exists already, or if `most` others without an id wait for a person.
void Ledger::Store::insert_unreadable(const UnreadableRecord& record, UtcTime now, int most) {
    const long long seen = to_unix_ms(now);
    const auto hash = stable_hash(record.raw);
    const auto inserted = statements_.change(
        insert_into_calls +
            " SELECT :bridge, :id, :seen, '', :hash, :raw, '',"
            " 'parked', :why, '', '', '', '', 0, 0, :seen, 0, 0, 0"
            " WHERE :most > (SELECT COUNT(*) FROM calls WHERE bridge = :bridge"
            " AND call_id >= 'unreadable:' AND call_id < 'unreadable;' AND call_id <> :more"
            " AND stage = 'parked')"
            " ON CONFLICT (bridge, call_id) DO NOTHING",
        soci::use(bridge_, "bridge"), soci::use(record.key, "id"), soci::use(seen, "seen"),
        soci::use(hash, "hash"), soci::use(record.raw, "raw"), soci::use(record.why, "why"),
        soci::use(most, "most"), soci::use(more_without_id, "more"));
    if (inserted == 0) return;
    set_searched(record.key, searchable(record.key));
}

Ledger::Store::Place Ledger::Store::place_at(const std::string& cursor) {
    const auto colon = cursor.find(':');
    if (colon == std::string::npos) return {};
    return {std::stoll(cursor.substr(0, colon)), cursor.substr(colon + 1)};
}

std::string Ledger::Store::cursor_of(const Place& place) {
    return std::to_string(place.called_at) + ':' + place.call_id;
}

void Ledger::Store::end_waits_after(UtcTime latest) {
    const long long latest_ms = to_unix_ms(latest);
    statements_.run(
        "UPDATE calls INDEXED BY calls_waiting SET not_before = 0"
        " WHERE bridge = :bridge AND " +
            unfinished + " AND not_before > :latest",
        soci::use(bridge_), soci::use(latest_ms));
}

// A call with a reason of its own has a next try as well.
void Ledger::Store::explain_waiting(const std::string& why) {
    statements_.run(
        "UPDATE calls INDEXED BY calls_waiting SET reason = :why"
        " WHERE bridge = :bridge AND " +
            unfinished + " AND not_before = 0",
        soci::use(why), soci::use(bridge_));
}

// Rows are picked up here: the newer content kept beside them is applied first.
std::vector<Entry> Ledger::Store::due(UtcTime now, int limit, Due which) {
    WriteTransaction transaction{sql_};
    take_in_newer(settled + ", 'seen', 'matched', 'written'");
    transaction.commit();
    const long long now_ms = to_unix_ms(now);
    const long long since_ms = which == Due::recent ? to_unix_ms(now - std::chrono::days{1}) : 0;
    const std::string narrower = which == Due::unmatched ? " AND stage = 'seen'" : "";
    return select(statements_,
                  "INDEXED BY calls_in_hand WHERE bridge = :bridge AND " + unfinished + narrower +
                      " AND not_before <= :now AND called_at >= :since"
                      " ORDER BY contact_id, called_at, call_id LIMIT :limit",
                  soci::use(bridge_), soci::use(now_ms), soci::use(since_ms), soci::use(limit));
}

int Ledger::Store::count_unmatched() {
    int count = 0;
    statements_.run(
        "SELECT COUNT(*) FROM calls INDEXED BY calls_in_hand WHERE bridge = :bridge AND " +
            unfinished + " AND stage = 'seen'",
        soci::into(count), soci::use(bridge_));
    return count;
}

std::optional<UtcTime> Ledger::Store::next_due() {
    long long next = 0;
    if (!statements_.run(
            "SELECT not_before FROM calls INDEXED BY calls_waiting WHERE bridge = :bridge AND " +
                unfinished + " ORDER BY not_before LIMIT 1",
            soci::into(next), soci::use(bridge_)))
        return std::nullopt;
    return from_unix_ms(next);
}

std::optional<Entry> Ledger::Store::oldest_unfinished() {
    auto entries = select(statements_,
                          "INDEXED BY calls_in_hand WHERE bridge = :bridge AND " + unfinished +
                              " AND synced_at = 0 ORDER BY seen_at LIMIT 1",
                          soci::use(bridge_));
    if (entries.empty()) return std::nullopt;
    return std::move(entries.front());
}

// False: a person has changed the call meanwhile. RETURNING would build a table for each row.
bool Ledger::Store::update(const Entry& entry) {
    const std::string stage{to_string(entry.stage)};
    const int found = entry.found ? 1 : 0;
    const long long synced = moment(entry.synced_at), not_before = moment(entry.not_before),
                    tried = moment(entry.tried_at);
    return statements_.change(
               "UPDATE calls SET stage = :stage, reason = :reason, phone = :phone,"
               " extension = :extension, contact_id = :contact, activity_id = :activity,"
               " found = :found, attempts = :attempts, synced_at = :synced,"
               " not_before = :not_before, tried_at = :tried, leaving = :leaving"
               " WHERE bridge = :bridge AND call_id = :id"
               " AND stage <> 'dismissed' AND given_phone = :given",
               soci::use(stage), soci::use(entry.reason), soci::use(entry.phone.e164),
               soci::use(entry.phone.extension), soci::use(entry.contact_id),
               soci::use(entry.activity_id), soci::use(found), soci::use(entry.attempts),
               soci::use(synced), soci::use(not_before), soci::use(tried), soci::use(entry.leaving),
               soci::use(bridge_), soci::use(entry.call.id), soci::use(entry.given_phone)) > 0;
}

void Ledger::Store::save(std::vector<Entry>& entries) {
    WriteTransaction transaction{sql_};
    std::erase_if(entries, [&](const Entry& entry) { return !update(entry); });
    take_in_newer(settled);
    transaction.commit();
}

void Ledger::Store::settle_move(Entry& entry) {
    WriteTransaction transaction{sql_};
    if (entry.found) leave(entry.leaving);
    entry.leaving.clear();
    entry.found = false;
    update(entry);
    transaction.commit();
}

void Ledger::Store::reopen(const std::vector<std::string>& call_ids) {
    WriteTransaction transaction{sql_};
    for (const auto& id : call_ids) {
        statements_.run(
            "UPDATE calls SET stage = 'matched', attempts = 0, not_before = 0, reason = ''"
            " WHERE bridge = :bridge AND call_id = :id AND stage = 'done' AND activity_id <> ''"
            " AND payload <> ''",
            soci::use(bridge_), soci::use(id));
    }
    transaction.commit();
}

bool Ledger::Store::retry(const std::string& call_id) {
    std::string retried;
    return statements_.run(
        "UPDATE calls SET attempts = 0, not_before = 0,"
        " reason = CASE WHEN payload = '' THEN 'the record could not be understood' ELSE '' END,"
        " stage = CASE WHEN payload = '' THEN 'parked'"
        " WHEN stage NOT IN ('parked', 'dismissed') THEN stage"
        " WHEN activity_id <> '' THEN 'matched' ELSE 'seen' END"
        " WHERE bridge = :bridge AND call_id = :id AND (payload <> '' OR raw <> '')"
        " AND (stage = 'dismissed' OR (payload <> ''"
        " AND (stage = 'parked' OR (stage <> 'done' AND not_before > 0))))"
        " RETURNING call_id",
        soci::into(retried), soci::use(bridge_), soci::use(call_id));
}

bool Ledger::Store::dismiss(const std::string& call_id, const std::string& reason) {
    std::string dismissed;
    return statements_.run(
        "UPDATE calls SET stage = 'dismissed', attempts = 0, not_before = 0,"
        " reason = CASE WHEN :reason = '' THEN reason ELSE :reason END"
        " WHERE bridge = :bridge AND call_id = :id AND (stage IN ('parked', 'dismissed')"
        " OR (stage IN ('seen', 'matched') AND activity_id = ''))"
        " RETURNING call_id",
        soci::into(dismissed), soci::use(reason, "reason"), soci::use(bridge_, "bridge"),
        soci::use(call_id, "id"));
}

bool Ledger::Store::give_number(const std::string& call_id, const std::string& phone) {
    std::string given;
    return statements_.run(
        "UPDATE calls SET given_phone = :phone, stage = 'seen', reason = '', attempts = 0,"
        " not_before = 0, phone = '', extension = '', contact_id = ''"
        " WHERE bridge = :bridge AND call_id = :id AND payload <> '' AND activity_id = ''"
        " AND stage IN ('seen', 'matched', 'parked', 'dismissed')"
        " RETURNING call_id",
        soci::into(given), soci::use(phone), soci::use(bridge_), soci::use(call_id));
}

std::optional<Entry> Ledger::Store::find(const std::string& call_id) {
    auto entries = select(statements_, "WHERE bridge = :bridge AND call_id = :id",
                          soci::use(bridge_), soci::use(call_id));
    if (entries.empty()) return std::nullopt;
    return std::move(entries.front());
}

// By their known number, by their search text, or because their record was unreadable.
std::vector<Entry> Ledger::Store::calls_that_may_be_of(const PhoneNumber& number,
                                                       const std::string& last_digits) {
    const auto phrase = phrase_of(last_digits);
    return select(statements_,
                  "WHERE bridge = :bridge AND call_id IN"
                  " (SELECT call_id FROM calls WHERE bridge = :bridge AND phone <> ''"
                  " AND phone = :phone"
                  " UNION SELECT call_id FROM searched WHERE bridge = :bridge AND place IN"
                  " (SELECT rowid FROM search_index WHERE search_index MATCH :phrase)"
                  " UNION SELECT call_id FROM calls INDEXED BY calls_by_time"
                  " WHERE bridge = :bridge AND stage IN ('parked', 'dismissed') AND raw <> '')",
                  soci::use(bridge_, "bridge"), soci::use(number.e164, "phone"),
                  soci::use(phrase, "phrase"));
}

Listed Ledger::Store::list(const Selection& selection) {
    const auto text = searchable(selection.text);
    const auto before = place_at(selection.cursor);
    const auto state = selection.state ? " AND " + condition_of(*selection.state) : std::string{};
    const int limit = selection.limit + 1;
    std::string reached;
    std::vector<Entry> entries;
    if (!text.empty() && is_rare(text)) {
        const auto phrase = phrase_of(text), number = '+' + text, past_it = number + ':';
        entries = select(statements_, found_in_index + contains_text + state + newest_first,
                         soci::use(bridge_, "bridge"), soci::use(phrase, "phrase"),
                         soci::use(number, "number"), soci::use(past_it, "past_it"),
                         soci::use(text, "text"), soci::use(before.called_at, "before"),
                         soci::use(before.call_id, "before_id"), soci::use(limit, "limit"));
    } else {
        const auto last = text.empty() ? std::nullopt : last_to_search(before);
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
        reached = cursor_of({to_unix_ms(last.placed_at), last.call.id});
    }
    return {std::move(entries), std::move(reached)};
}

// Few enough to be sorted after they are found.
bool Ledger::Store::is_rare(const std::string& text) {
    if (!is_indexed(text)) return false;
    constexpr int most = 2'000;
    const auto phrase = phrase_of(text), number = '+' + text, past_it = number + ':';
    int count = 0;
    statements_.run(
        "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM search_index"
        " WHERE search_index MATCH :phrase LIMIT :most)) +"
        " (SELECT COUNT(*) FROM (SELECT 1 FROM calls WHERE " +
            has_number + " LIMIT :most))",
        soci::into(count), soci::use(phrase, "phrase"), soci::use(most, "most"),
        soci::use(bridge_, "bridge"), soci::use(number, "number"), soci::use(past_it, "past_it"));
    return count < most;
}

// The last call that one query scans where the index does not help: the text is too short for it,
// or so many calls match that enough are found soon. Nothing if all calls are scanned.
std::optional<Ledger::Store::Place> Ledger::Store::last_to_search(const Place& before) {
    constexpr int most = 20'000;
    const int skipped = most - 1;
    Place last;
    if (!statements_.run("SELECT called_at, call_id FROM calls INDEXED BY calls_by_time"
                         " WHERE bridge = :bridge AND (called_at, call_id) < (:before, :before_id)"
                         " ORDER BY called_at DESC, call_id DESC LIMIT 1 OFFSET :skipped",
                         soci::into(last.called_at), soci::into(last.call_id), soci::use(bridge_),
                         soci::use(before.called_at), soci::use(before.call_id),
                         soci::use(skipped)))
        return std::nullopt;
    return last;
}

std::map<std::string, int> Ledger::Store::count_by_state(UtcTime since) {
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

std::vector<Tally> Ledger::Store::history(UtcTime since, Milliseconds step) {
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
std::string Ledger::Store::pulse() {
    long long version = 0;
    statements_.run("PRAGMA data_version", soci::into(version));
    return std::to_string(version);
}

}  // namespace ringbridge::ledger
