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
    Task<std::unique_ptr<RunLock>> try_lock(std::string name);
    bool may_lose_locks() const { return backend_->may_lose_locks(); }

    /// Throws LedgerOutOfReach if the database does not answer, to runs or to people. A connection
    /// that broke is made again.
    Task<> check();

    /// Changes when the database, since it was opened, has gone back to an older state: a standby
    /// that lost the last seconds, or a backup, took its place while it was away.
    Task<int> rollbacks();

    /// Stores listed records in one transaction, and returns each call's stage after that. A
    /// finished call whose content changed (see content_of) goes back to `matched` with its
    /// activity; a dismissed one stays dismissed. New content for a call in progress is kept beside
    /// its row, and applied when the row settles or is picked up again. An unreadable record is
    /// parked with its reason; one of a call that is known, or among `calls`, is kept beside it.
    /// Both in their newest form, until the call is listed without one. An empty record leaves
    /// what is kept of its call.
    Task<std::map<CallId, Stage>> record(std::vector<Call> calls,
                                         std::vector<UnreadableRecord> unreadable, UtcTime now);
    /// Keeps a call of which only the id may be believed, in `seen`, until its detail has been read
    /// and recorded: see Entry::waits_for_detail. Changes nothing if the call is known.
    Task<> keep_for_detail(UnreadableRecord record, UtcTime now);
    /// Records that were kept, in the order of their keys, which come after `after`.
    Task<std::vector<UnreadableRecord>> kept_records(CallId after, int limit);
    /// What was kept under `key` is recorded as `became` now, or is no call if that is empty. What
    /// a person decided about it goes over.
    Task<> settle_kept(CallId key, CallId became);
    /// The stages of calls; those never recorded are left out.
    Task<std::map<CallId, Stage>> stages(std::set<CallId> call_ids);
    /// Makes calls due that wait for a time after `latest`: only a wrong clock can have made them
    /// wait for so long.
    Task<> end_waits_after(UtcTime latest);
    /// Sets the reason of unfinished calls that wait without a reason of their own.
    Task<> explain_waiting(std::string why);
    /// Unfinished calls that are due: those without a contact first, then grouped by contact, so
    /// that as few requests as possible touch a contact twice; oldest call first.
    Task<std::vector<Entry>> due(UtcTime now, int limit, Due which = Due::all);
    Task<int> count_unmatched();
    /// When the next waiting call is due; nothing if none waits.
    Task<std::optional<UtcTime>> next_due();
    /// The first-seen of the unfinished calls that were never synced; if there is none, of those
    /// whose update failed.
    Task<std::optional<Entry>> oldest_unfinished();
    /// Writes all but what `record` wrote, in one transaction. Rows that a person dismissed or gave
    /// another number since they were read are left unchanged and not returned.
    Task<std::vector<Entry>> save(std::vector<Entry> entries);
    /// The activity has left `entry.leaving`, whose stamp is correct: saves the row, with nothing
    /// left to move. A call that predates the ledger is taken off that contact's base count.
    Task<Entry> settle_move(Entry entry);
    /// Sends done calls through the stages again, to update their activities.
    Task<> reopen(std::vector<CallId> call_ids);
    /// Makes a parked, dismissed or waiting call due at once. False if it is none of these. An
    /// unreadable one cannot be due: if it was dismissed it is parked again, else false.
    Task<bool> retry(CallId call_id);
    /// A person dismisses the call. Without a reason the old one stays. False if the activity is or
    /// may be in HubSpot, unless the call was parked.
    Task<bool> dismiss(CallId call_id, std::string reason);
    /// A person enters the caller's number: the call is matched again with it. False if the
    /// activity is or may be in HubSpot, or the record was unreadable.
    Task<bool> give_number(CallId call_id, std::string phone);

    /// Erases the content of finished calls made before `moment`, up to `limit`, oldest first. Ids,
    /// times and stages stay, so that one that is listed again is not synced again. Returns how
    /// many there were.
    Task<int> forget_made_before(UtcTime moment, int limit);
    /// Erases what is stored about a caller: the content of the calls, including later listings of
    /// them, and which contact the number belongs to.
    Task<Forgotten> forget_caller(PhoneNumber number, std::string region, UtcTime now);

    Task<std::optional<Entry>> find(CallId call_id);
    Task<Listed> list(Selection selection);
    /// Of the calls made since then; contains every state.
    Task<std::map<std::string, int>> count_by_state(UtcTime since = UtcTime::min());
    /// The same in buckets of `step`, those without a call left out, oldest first.
    Task<std::vector<Tally>> history(UtcTime since, Milliseconds step);
    /// Of the calls made since then.
    Task<Arrivals> arrivals(UtcTime since);
    /// A value that changes whenever anything in the ledger may have changed, whoever changed it.
    Task<std::string> pulse();

    /// Includes the calls of the account's other bridges that stamp the same properties.
    Task<std::map<ContactId, History>> histories(std::set<ContactId> contact_ids);
    /// Stores a contact's call count when it is first seen; later ones change nothing.
    Task<> meet_contacts(std::map<ContactId, int> call_counts);
    /// When each of these contacts' stamps was begun; nothing once its outcome is known.
    Task<> note_stamps(std::map<ContactId, std::optional<UtcTime>> begun);
    /// Whether a stamp of any contact of the account was begun whose outcome is unknown.
    Task<bool> has_stamps_in_doubt();
    /// Moves what was known of the old id to the new one.
    Task<> follow_merge(ContactId old_id, ContactId new_id);

    /// To be called before the first of them is requested.
    Task<> begin_merges(std::vector<Merge> merges);
    /// The merge was done; moves what was known of the two, as above.
    Task<> settle_merge(ContactId loser, ContactId survivor);
    /// The survivor has its stamp.
    Task<> note_stamped(ContactId loser);
    /// Merges that were not settled, or whose survivor has a pending stamp; without snapshots.
    Task<std::vector<Merge>> open_merges();
    Task<std::optional<Merge>> find_merge(ContactId loser);

    Task<std::map<PhoneNumber, KnownContact>> known_contacts(std::set<PhoneNumber> numbers);
    Task<> know_contacts(std::map<PhoneNumber, KnownContact> contacts);
    Task<> forget_contacts(std::set<PhoneNumber> numbers);

    Task<std::map<CallId, KnownTask>> known_tasks(std::set<CallId> call_ids);
    Task<> know_tasks(std::map<CallId, KnownTask> tasks);

    /// Oldest range first.
    Task<std::vector<Gap>> gaps();
    /// Replaces the gaps within `range` by what is left of them.
    Task<> replace_gaps(TimeRange range, std::vector<Gap> left);

    Task<std::optional<std::string>> recall(std::string key);
    Task<> remember(std::string key, std::string value);

    /// `report`: JSON as in the API contract.
    Task<> save_run(std::string run_id, UtcTime started_at, std::string report);
    Task<std::vector<std::string>> runs(int limit);
    Task<std::optional<std::string>> find_run(std::string run_id);

  private:
    /// A connection, and the thread that uses it.
    struct Lane {
        Store& store;
        Database& thread;
    };

    template <class Result, class... Parameters>
    static Task<Result> run(Lane lane, Result (Store::*method)(Parameters...),
                            std::remove_cvref_t<Parameters>... arguments);

    std::shared_ptr<Backend> backend_;
    Opened opened_;
    Lane runs_, people_;
};

}  // namespace ringbridge::ledger
