// The public interface: each method runs its work on the ledger's thread.
#include "ledger/ledger.hpp"

#include "core/stop.hpp"
#include "ledger/sqlite/store.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace ringbridge::ledger {
namespace {

// SQLite's own message for the code, not SOCI's, which contains bound values.
[[noreturn]] void cannot_open(const std::string& path, int code) {
    const std::string why = sqlite_api::sqlite3_errstr(code);
    const auto sentence = "cannot open the ledger " + path + ": " + why;
    if (code == SQLITE_NOTADB) {
        throw WrongSettings{sentence + "; set DATABASE_URL=sqlite:PATH to a ledger or a new file"};
    }
    throw CannotStart{sentence};
}

constexpr std::string_view in_memory = ":memory:";

}  // namespace

std::string_view to_string(Stage stage) {
    switch (stage) {
        case Stage::seen:
            return "seen";
        case Stage::matched:
            return "matched";
        case Stage::writing:
            return "writing";
        case Stage::written:
            return "written";
        case Stage::done:
            return "done";
        case Stage::parked:
            return "parked";
        case Stage::dismissed:
            return "dismissed";
    }
    return {};
}

Ledger::Ledger(const std::string& path, Scope scope, Database& database, Database& reading,
               UtcTime now) try
    : store_{std::make_shared<Store>(path, std::move(scope))},
      // An in-memory database has one connection.
      reader_{path == in_memory ? store_ : std::make_shared<Store>(path, *store_)},
      database_{database},
      reading_{path == in_memory ? database : reading},
      born_at_{store_->birth(now)} {
} catch (const soci::sqlite3_soci_error& error) {
    cannot_open(path, error.result() & 0xFF);  // an extended code's last byte is the plain one
}

Ledger::~Ledger() = default;

const std::string& Ledger::exposed() const { return store_->exposed(); }

// Each lambda below ends before its await does: references into the frame are safe.

Task<std::map<std::string, Stage>> Ledger::record(std::vector<Call> calls,
                                                  std::vector<UnreadableRecord> unreadable,
                                                  UtcTime now) {
    std::map<std::string, Stage> stages;
    co_await database_.run([&] { stages = store_->record(calls, unreadable, now); });
    co_return stages;
}

Task<std::map<std::string, Stage>> Ledger::stages(std::set<std::string> call_ids) {
    std::map<std::string, Stage> stages;
    co_await database_.run([&] { stages = store_->stages(call_ids); });
    co_return stages;
}

Task<std::vector<Entry>> Ledger::due(UtcTime now, int limit, Due which) {
    std::vector<Entry> entries;
    co_await database_.run([&] { entries = store_->due(now, limit, which); });
    co_return entries;
}

Task<> Ledger::end_waits_after(UtcTime latest) {
    co_await database_.run([&] { store_->end_waits_after(latest); });
}

Task<> Ledger::explain_waiting(std::string why) {
    co_await database_.run([&] { store_->explain_waiting(why); });
}

Task<std::optional<Entry>> Ledger::oldest_unfinished() {
    std::optional<Entry> entry;
    co_await database_.run([&] { entry = store_->oldest_unfinished(); });
    co_return entry;
}

Task<std::vector<Gap>> Ledger::gaps() {
    std::vector<Gap> gaps;
    co_await database_.run([&] { gaps = store_->gaps(); });
    co_return gaps;
}

Task<> Ledger::replace_gaps(TimeRange range, std::vector<Gap> left) {
    co_await database_.run([&] { store_->replace_gaps(range, left); });
}

Task<int> Ledger::count_unmatched() {
    int count = 0;
    co_await database_.run([&] { count = store_->count_unmatched(); });
    co_return count;
}

Task<std::optional<UtcTime>> Ledger::next_due() {
    std::optional<UtcTime> moment;
    co_await database_.run([&] { moment = store_->next_due(); });
    co_return moment;
}

Task<std::vector<Entry>> Ledger::save(std::vector<Entry> entries) {
    co_await database_.run([&] { store_->save(entries); });
    co_return entries;
}

Task<Entry> Ledger::settle_move(Entry entry) {
    co_await database_.run([&] { store_->settle_move(entry); });
    co_return entry;
}

Task<> Ledger::reopen(std::vector<std::string> call_ids) {
    co_await database_.run([&] { store_->reopen(call_ids); });
}

Task<bool> Ledger::retry(std::string call_id) {
    bool retried = false;
    co_await database_.run([&] { retried = store_->retry(call_id); });
    co_return retried;
}

Task<bool> Ledger::dismiss(std::string call_id, std::string reason) {
    bool dismissed = false;
    co_await database_.run([&] { dismissed = store_->dismiss(call_id, reason); });
    co_return dismissed;
}

Task<bool> Ledger::give_number(std::string call_id, std::string phone) {
    bool given = false;
    co_await database_.run([&] { given = store_->give_number(call_id, phone); });
    co_return given;
}

Task<std::optional<Entry>> Ledger::find(std::string call_id) {
    std::optional<Entry> entry;
    co_await database_.run([&] { entry = store_->find(call_id); });
    co_return entry;
}

Task<int> Ledger::forget_made_before(UtcTime moment, int limit) {
    int forgotten = 0;
    co_await database_.run([&] { forgotten = store_->forget_made_before(moment, limit); });
    co_return forgotten;
}

Task<Forgotten> Ledger::forget_caller(PhoneNumber number, std::string region, UtcTime now) {
    Forgotten forgotten;
    co_await database_.run([&] { forgotten = store_->forget_caller(number, region, now); });
    co_return forgotten;
}

Task<Listed> Ledger::list(Selection selection) {
    Listed listed;
    co_await reading_.run([&] { listed = reader_->list(selection); });
    co_return listed;
}

Task<std::map<std::string, int>> Ledger::count_by_state(UtcTime since) {
    std::map<std::string, int> counts;
    co_await reading_.run([&] { counts = reader_->count_by_state(since); });
    co_return counts;
}

Task<std::vector<Tally>> Ledger::history(UtcTime since, Milliseconds step) {
    std::vector<Tally> tallies;
    co_await reading_.run([&] { tallies = reader_->history(since, step); });
    co_return tallies;
}

Task<std::string> Ledger::pulse() {
    std::string pulse;
    co_await reading_.run([&] { pulse = reader_->pulse(); });
    co_return pulse;
}

Task<std::map<std::string, History>> Ledger::histories(std::set<std::string> contact_ids) {
    std::map<std::string, History> histories;
    co_await database_.run([&] { histories = store_->histories(contact_ids); });
    co_return histories;
}

Task<> Ledger::meet_contacts(std::map<std::string, int> call_counts) {
    co_await database_.run([&] { store_->meet_contacts(call_counts); });
}

Task<> Ledger::note_stamps(std::map<std::string, std::optional<UtcTime>> begun) {
    co_await database_.run([&] { store_->note_stamps(begun); });
}

Task<> Ledger::follow_merge(std::string old_id, std::string new_id) {
    co_await database_.run([&] { store_->follow_merge(old_id, new_id); });
}

Task<> Ledger::begin_merges(std::vector<Merge> merges) {
    co_await database_.run([&] { store_->begin_merges(merges); });
}

Task<> Ledger::settle_merge(std::string loser, std::string survivor) {
    co_await database_.run([&] { store_->settle_merge(loser, survivor); });
}

Task<> Ledger::note_stamped(std::string loser) {
    co_await database_.run([&] { store_->note_stamped(loser); });
}

Task<std::vector<Merge>> Ledger::open_merges() {
    std::vector<Merge> merges;
    co_await database_.run([&] { merges = store_->open_merges(); });
    co_return merges;
}

Task<std::optional<Merge>> Ledger::find_merge(std::string loser) {
    std::optional<Merge> merge;
    co_await database_.run([&] { merge = store_->find_merge(loser); });
    co_return merge;
}

Task<std::map<PhoneNumber, KnownContact>> Ledger::known_contacts(std::set<PhoneNumber> numbers) {
    std::map<PhoneNumber, KnownContact> known;
    co_await database_.run([&] { known = store_->known_contacts(numbers); });
    co_return known;
}

Task<> Ledger::know_contacts(std::map<PhoneNumber, KnownContact> contacts) {
    co_await database_.run([&] { store_->know_contacts(contacts); });
}

Task<> Ledger::forget_contacts(std::set<PhoneNumber> numbers) {
    co_await database_.run([&] { store_->forget_contacts(numbers); });
}

Task<std::map<std::string, KnownTask>> Ledger::known_tasks(std::set<std::string> call_ids) {
    std::map<std::string, KnownTask> known;
    co_await database_.run([&] { known = store_->known_tasks(call_ids); });
    co_return known;
}

Task<> Ledger::know_tasks(std::map<std::string, KnownTask> tasks) {
    co_await database_.run([&] { store_->know_tasks(tasks); });
}

Task<std::optional<std::string>> Ledger::recall(std::string key) {
    std::optional<std::string> value;
    co_await database_.run([&] { value = store_->recall(key); });
    co_return value;
}

Task<> Ledger::remember(std::string key, std::string value) {
    co_await database_.run([&] { store_->remember(key, value); });
}

Task<> Ledger::save_run(std::string run_id, UtcTime started_at, std::string report) {
    co_await database_.run([&] { store_->save_run(run_id, started_at, report); });
}

Task<std::vector<std::string>> Ledger::runs(int limit) {
    std::vector<std::string> reports;
    co_await reading_.run([&] { reports = reader_->runs(limit); });
    co_return reports;
}

Task<std::optional<std::string>> Ledger::find_run(std::string run_id) {
    std::optional<std::string> report;
    co_await reading_.run([&] { report = reader_->find_run(run_id); });
    co_return report;
}

}  // namespace ringbridge::ledger
