// What ringbridge remembers: one row per call (entry.hpp), which contact a number belongs to, past
// runs. The rest of the program sees the database only through this class, which awaits the work of
// a `Store` on the database's thread.
//
// A person may change a call at any time, even while a run is processing it: the person's change
// wins over what the run would save.
#pragma once

#include "ledger/backend.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace ringbridge::ledger {

class Ledger {
  public:
    /// Opens or creates the ledger and migrates its tables. If it cannot, throws CannotStart or
    /// WrongSettings with what to do. `now`: the birth of a new ledger.
    Ledger(std::shared_ptr<Backend> backend, Scope scope, Database& database, UtcTime now)
        : Ledger{std::move(backend), std::move(scope), database, database, now} {}
    /// Queries from people run on `reading`, over their own connection: no run waits for them.
    Ledger(std::shared_ptr<Backend> backend, Scope scope, Database& database, Database& reading,
           UtcTime now)
        : backend_{std::move(backend)},
          opened_{backend_->open(std::move(scope), now)},
          runs_{*opened_.store, database},
          people_{*opened_.reader, opened_.reader == opened_.store ? database : reading} {}

    /// Calls before this moment may have been written by a ledger that was lost.
    UtcTime born_at() const { return opened_.born_at; }

    /// Why others than its owner may read the ledger, as a sentence; empty if they may not.
    const std::string& exposed() const { return opened_.exposed; }

    /// One run at a time per ledger, or per account in it, across processes: null if the lock of
    /// that name is held. Does not wait. Throws CannotStart if the lock cannot be taken at all.
    std::unique_ptr<RunLock> try_lock(const std::string& name) const {
        return backend_->try_lock(name);
    }

    /// Stores listed records in one transaction, and returns each call's stage after that. A
    /// finished call whose content changed (see content_of) goes back to `matched` with its
    /// activity; a dismissed one stays dismissed. New content for a call in progress is kept beside
    /// its row, and applied when the row settles or is picked up again.
    Task<std::map<std::string, Stage>> record(std::vector<Call> calls,
                                              std::vector<UnreadableRecord> unreadable,
                                              UtcTime now) {
        return run(runs_, &Store::record, std::move(calls), std::move(unreadable), now);
    }
    /// The stages of calls; those never recorded are left out.
    Task<std::map<std::string, Stage>> stages(std::set<std::string> call_ids) {
        return run(runs_, &Store::stages, std::move(call_ids));
    }
    /// Makes calls due that wait for a time after `latest`: only a wrong clock can have made them
    /// wait for so long.
    Task<> end_waits_after(UtcTime latest) { return run(runs_, &Store::end_waits_after, latest); }
    /// Sets the reason of unfinished calls that wait without a reason of their own.
    Task<> explain_waiting(std::string why) {
        return run(runs_, &Store::explain_waiting, std::move(why));
    }
    /// Unfinished calls that are due: those without a contact first, then grouped by contact, so
    /// that as few requests as possible touch a contact twice; oldest call first.
    Task<std::vector<Entry>> due(UtcTime now, int limit, Due which = Due::all) {
        return run(runs_, &Store::due, now, limit, which);
    }
    Task<int> count_unmatched() { return run(runs_, &Store::count_unmatched); }
    /// When the next waiting call is due; nothing if none waits.
    Task<std::optional<UtcTime>> next_due() { return run(runs_, &Store::next_due); }
    /// The first-seen of the unfinished calls that were never synced.
    Task<std::optional<Entry>> oldest_unfinished() { return run(runs_, &Store::oldest_unfinished); }
    /// Writes all but what `record` wrote, in one transaction. Rows that a person dismissed or gave
    /// another number since they were read are left unchanged and not returned.
    Task<std::vector<Entry>> save(std::vector<Entry> entries) {
        return run(runs_, &Store::save, std::move(entries));
    }
    /// The activity has left `entry.leaving`, whose stamp is correct: saves the row, with nothing
    /// left to move. A call that predates the ledger is taken off that contact's base count.
    Task<Entry> settle_move(Entry entry) {
        return run(runs_, &Store::settle_move, std::move(entry));
    }
    /// Sends done calls through the stages again, to update their activities.
    Task<> reopen(std::vector<std::string> call_ids) {
        return run(runs_, &Store::reopen, std::move(call_ids));
    }
    /// Makes a parked, dismissed or waiting call due at once. False if it is none of these. An
    /// unreadable one cannot be due: if it was dismissed it is parked again, else false.
    Task<bool> retry(std::string call_id) { return run(runs_, &Store::retry, std::move(call_id)); }
    /// A person dismisses the call. Without a reason the old one stays. False if the activity is or
    /// may be in HubSpot, unless the call was parked.
    Task<bool> dismiss(std::string call_id, std::string reason) {
        return run(runs_, &Store::dismiss, std::move(call_id), std::move(reason));
    }
    /// A person enters the caller's number: the call is matched again with it. False if the
    /// activity is or may be in HubSpot, or the record was unreadable.
    Task<bool> give_number(std::string call_id, std::string phone) {
        return run(runs_, &Store::give_number, std::move(call_id), std::move(phone));
    }

    /// Erases the content of finished calls made before `moment`, up to `limit`, oldest first. Ids,
    /// times and stages stay, so that one that is listed again is not synced again. Returns how
    /// many there were.
    Task<int> forget_made_before(UtcTime moment, int limit) {
        return run(runs_, &Store::forget_made_before, moment, limit);
    }
    /// Erases what is stored about a caller: the content of the calls, including later listings of
    /// them, and which contact the number belongs to.
    Task<Forgotten> forget_caller(PhoneNumber number, std::string region, UtcTime now) {
        return run(runs_, &Store::forget_caller, std::move(number), std::move(region), now);
    }

    Task<std::optional<Entry>> find(std::string call_id) {
        return run(runs_, &Store::find, std::move(call_id));
    }
    Task<Listed> list(Selection selection) {
        return run(people_, &Store::list, std::move(selection));
    }
    /// Of the calls made since then; contains every state.
    Task<std::map<std::string, int>> count_by_state(UtcTime since = UtcTime::min()) {
        return run(people_, &Store::count_by_state, since);
    }
    /// The same in buckets of `step`, those without a call left out, oldest first.
    Task<std::vector<Tally>> history(UtcTime since, Milliseconds step) {
        return run(people_, &Store::history, since, step);
    }
    /// A value that changes whenever anything in the ledger may have changed, whoever changed it.
    Task<std::string> pulse() { return run(people_, &Store::pulse); }

    /// Includes the calls of the account's other bridges that stamp the same properties.
    Task<std::map<std::string, History>> histories(std::set<std::string> contact_ids) {
        return run(runs_, &Store::histories, std::move(contact_ids));
    }
    /// Stores a contact's call count when it is first seen; later ones change nothing.
    Task<> meet_contacts(std::map<std::string, int> call_counts) {
        return run(runs_, &Store::meet_contacts, std::move(call_counts));
    }
    /// When each of these contacts' stamps was begun; nothing once its outcome is known.
    Task<> note_stamps(std::map<std::string, std::optional<UtcTime>> begun) {
        return run(runs_, &Store::note_stamps, std::move(begun));
    }
    /// Moves what was known of the old id to the new one.
    Task<> follow_merge(std::string old_id, std::string new_id) {
        return run(runs_, &Store::follow_merge, std::move(old_id), std::move(new_id));
    }

    /// To be called before the first of them is requested.
    Task<> begin_merges(std::vector<Merge> merges) {
        return run(runs_, &Store::begin_merges, std::move(merges));
    }
    /// The merge was done; moves what was known of the two, as above.
    Task<> settle_merge(std::string loser, std::string survivor) {
        return run(runs_, &Store::settle_merge, std::move(loser), std::move(survivor));
    }
    /// The survivor has its stamp.
    Task<> note_stamped(std::string loser) {
        return run(runs_, &Store::note_stamped, std::move(loser));
    }
    /// Merges that were not settled, or whose survivor has a pending stamp; without snapshots.
    Task<std::vector<Merge>> open_merges() { return run(runs_, &Store::open_merges); }
    Task<std::optional<Merge>> find_merge(std::string loser) {
        return run(runs_, &Store::find_merge, std::move(loser));
    }

    Task<std::map<PhoneNumber, KnownContact>> known_contacts(std::set<PhoneNumber> numbers) {
        return run(runs_, &Store::known_contacts, std::move(numbers));
    }
    Task<> know_contacts(std::map<PhoneNumber, KnownContact> contacts) {
        return run(runs_, &Store::know_contacts, std::move(contacts));
    }
    Task<> forget_contacts(std::set<PhoneNumber> numbers) {
        return run(runs_, &Store::forget_contacts, std::move(numbers));
    }

    Task<std::map<std::string, KnownTask>> known_tasks(std::set<std::string> call_ids) {
        return run(runs_, &Store::known_tasks, std::move(call_ids));
    }
    Task<> know_tasks(std::map<std::string, KnownTask> tasks) {
        return run(runs_, &Store::know_tasks, std::move(tasks));
    }

    /// Oldest range first.
    Task<std::vector<Gap>> gaps() { return run(runs_, &Store::gaps); }
    /// Replaces the gaps within `range` by what is left of them.
    Task<> replace_gaps(TimeRange range, std::vector<Gap> left) {
        return run(runs_, &Store::replace_gaps, range, std::move(left));
    }

    Task<std::optional<std::string>> recall(std::string key) {
        return run(runs_, &Store::recall, std::move(key));
    }
    Task<> remember(std::string key, std::string value) {
        return run(runs_, &Store::remember, std::move(key), std::move(value));
    }

    /// `report`: JSON as in the API contract.
    Task<> save_run(std::string run_id, UtcTime started_at, std::string report) {
        return run(runs_, &Store::save_run, std::move(run_id), started_at, std::move(report));
    }
    Task<std::vector<std::string>> runs(int limit) { return run(people_, &Store::runs, limit); }
    Task<std::optional<std::string>> find_run(std::string run_id) {
        return run(people_, &Store::find_run, std::move(run_id));
    }

  private:
    /// A connection, and the thread that uses it.
    struct Lane {
        Store& store;
        Database& thread;
    };

    /// The arguments are the coroutine's own: they live until the work has been done with them.
    template <class Result, class... Parameters>
    static Task<Result> run(Lane lane, Result (Store::*method)(Parameters...),
                            std::remove_cvref_t<Parameters>... arguments) {
        const auto work = [&] { return (lane.store.*method)(std::move(arguments)...); };
        if constexpr (std::is_void_v<Result>) {
            co_await lane.thread.run(work);
        } else {
            Result result{};
            co_await lane.thread.run([&] { result = work(); });
            co_return result;
        }
    }

    std::shared_ptr<Backend> backend_;
    Opened opened_;
    Lane runs_, people_;
};

}  // namespace ringbridge::ledger
