// What ringbridge remembers: one row per call, which contact a number belongs to, past runs.
//
// A call's row is advanced before and after each effect that cannot be repeated blindly:
//
//   seen -> matched -> writing -> written -> done        aside: parked, dismissed
//
// so that a process killed anywhere finds, on restart, what it was doing. `writing` is the only
// uncertain stage: the activity may or may not be in HubSpot, and HubSpot is checked before writing
// again. A row whose `not_before` is in the future is waiting, with its `reason`; it keeps its
// stage.
//
// A person may change a call at any time, even while a run is processing it: the person's change
// wins over what the run would save.
#pragma once

#include "core/call.hpp"
#include "core/phone.hpp"
#include "ports/database.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::ledger {

enum class Stage { seen, matched, writing, written, done, parked, dismissed };

std::string_view to_string(Stage stage);

/// Which part of the ledger a bridge uses.
struct Scope {
    std::string bridge = "main";
    /// The target account: the HubSpot portal that the bridge writes to. Bridges with the same one
    /// share what they know of its contacts. Empty: the one it had when it last opened the ledger,
    /// else none but its own.
    std::string account;
    /// Of its contact properties: bridges with the same one also share the contacts' call counts.
    std::string prefix;
};

struct Entry {
    Call call;        ///< only `id` if the record was unreadable
    std::string raw;  ///< the platform's record if it was unreadable, else empty
    Stage stage = Stage::seen;
    std::string reason;       ///< why it is parked, dismissed or waiting; empty if all is well
    std::string given_phone;  ///< entered by hand, overrides the record's in `call`; usually empty
    PhoneNumber phone;        ///< empty before it is matched
    std::string contact_id;   ///< found by `phone`, even if the call's number has changed since
    std::string activity_id;
    /// The contact that the activity was on before its call's number was corrected. It is on
    /// `contact_id`, on this one or on both; empty once it has moved.
    std::string leaving;
    bool found = false;  ///< the activity was in HubSpot before this ledger wrote one
    int attempts = 0;    ///< failed writes since the last success
    UtcTime seen_at;
    UtcTime placed_at;  ///< its position among other calls: see place_of
    std::optional<UtcTime> synced_at;
    std::optional<UtcTime> not_before;  ///< next try
    std::optional<UtcTime> tried_at;    ///< start of the last activity write; none once done
};

/// What is known of a contact's calls: the newest, and how many.
struct History {
    Call newest;      ///< without an id if there is none
    int found = 0;    ///< activities that were there before this ledger
    int written = 0;  ///< activities that this ledger wrote
    int base = 0;     ///< the contact's call count when this ledger first met it
    std::optional<UtcTime> stamping_since;  ///< a stamp begun whose outcome is unknown
};

/// A number's contact. While `contact_id` is empty, a creation was begun at `creating_since` and
/// its outcome is unknown.
struct KnownContact {
    std::string contact_id;
    std::optional<UtcTime> creating_since;
    bool merged = false;  ///< the id follows a merge; it need not have the number
};

/// A call's task. While `task_id` is empty and `creating_since` is set, a creation was begun then
/// and its outcome is unknown.
struct KnownTask {
    std::string task_id;
    std::optional<UtcTime> creating_since;
};

/// One contact merged into another, which cannot be undone.
struct Merge {
    std::string keep = {}, loser = {};    ///< ids, as they were when it was begun
    int keep_count = 0, loser_count = 0;  ///< the call count stored on each
    std::string snapshot = {};            ///< JSON: the loser's data, for a person
    std::string stamp = {};               ///< the survivor's pending stamp; empty: none
    std::string survivor = {};            ///< empty until the merge is confirmed
};

/// How many of a caller's calls were forgotten: none if some of them are still in progress.
struct Forgotten {
    int calls = 0;
    int in_hand = 0;
};

/// The states of calls as people see them.
inline constexpr std::array states{"synced", "pending", "parked", "failed", "dismissed"};

struct Selection {
    std::optional<std::string> state;  ///< one of `states`
    std::string text;                  ///< part of an id, number or name; empty for all
    int limit = 50;
    std::string cursor;  ///< of the previous page
};

struct Listed {
    std::vector<Entry> entries;  ///< newest call first
    std::string next_cursor;     ///< empty on the last page
};

/// A range of time whose calls the receptionist could not list, however it was split.
struct Gap {
    TimeRange range;
    UtcTime found_at;  ///< when it first could not be read
    std::string reason;
    int attempts = 0;
    UtcTime next_try;
};

/// How many calls of one time bucket are in each state.
struct Tally {
    UtcTime since;
    std::map<std::string, int> calls;  ///< by state, as in Selection
};

/// Which of the due calls; `recent`: those made within the last day.
enum class Due { all, unmatched, recent };

class Ledger {
  public:
    /// Opens or creates the SQLite file (0600) and migrates its tables. If it cannot, throws
    /// CannotStart or WrongSettings with what to do. `now`: the birth of a new ledger.
    Ledger(const std::string& path, Scope scope, Database& database, UtcTime now)
        : Ledger{path, std::move(scope), database, database, now} {}
    /// Queries from people run on `reading`, over their own connection: no run waits for them.
    Ledger(const std::string& path, Scope scope, Database& database, Database& reading,
           UtcTime now);
    ~Ledger();

    /// Calls before this moment may have been written by a ledger that was lost.
    UtcTime born_at() const { return born_at_; }

    /// Why others than its owner may read the file, as a sentence; empty if they may not.
    const std::string& exposed() const;

    /// Stores listed records in one transaction, and returns each call's stage after that. A
    /// finished call whose content changed (see content_of) goes back to `matched` with its
    /// activity; a dismissed one stays dismissed. New content for a call in progress is kept beside
    /// its row, and applied when the row settles or is picked up again.
    Task<std::map<std::string, Stage>> record(std::vector<Call> calls,
                                              std::vector<UnreadableRecord> unreadable,
                                              UtcTime now);
    /// The stages of calls; those never recorded are left out.
    Task<std::map<std::string, Stage>> stages(std::set<std::string> call_ids);
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
    /// The first-seen of the unfinished calls that were never synced.
    Task<std::optional<Entry>> oldest_unfinished();
    /// Writes all but what `record` wrote, in one transaction. Rows that a person dismissed or gave
    /// another number since they were read are left unchanged and not returned.
    Task<std::vector<Entry>> save(std::vector<Entry> entries);
    /// The activity has left `entry.leaving`, whose stamp is correct: saves the row, with nothing
    /// left to move. A call that predates the ledger is taken off that contact's base count.
    Task<Entry> settle_move(Entry entry);
    /// Sends done calls through the stages again, to update their activities.
    Task<> reopen(std::vector<std::string> call_ids);
    /// Makes a parked, dismissed or waiting call due at once. False if it is none of these. An
    /// unreadable one cannot be due: if it was dismissed it is parked again, else false.
    Task<bool> retry(std::string call_id);
    /// A person dismisses the call. Without a reason the old one stays. False if the activity is or
    /// may be in HubSpot, unless the call was parked.
    Task<bool> dismiss(std::string call_id, std::string reason);
    /// A person enters the caller's number: the call is matched again with it. False if the
    /// activity is or may be in HubSpot, or the record was unreadable.
    Task<bool> give_number(std::string call_id, std::string phone);

    /// Erases the content of finished calls made before `moment`, up to `limit`, oldest first. Ids,
    /// times and stages stay, so that one that is listed again is not synced again. Returns how
    /// many there were.
    Task<int> forget_made_before(UtcTime moment, int limit);
    /// Erases what is stored about a caller: the content of the calls, including later listings of
    /// them, and which contact the number belongs to.
    Task<Forgotten> forget_caller(PhoneNumber number, std::string region, UtcTime now);

    Task<std::optional<Entry>> find(std::string call_id);
    Task<Listed> list(Selection selection);
    /// Of the calls made since then; contains every state.
    Task<std::map<std::string, int>> count_by_state(UtcTime since = UtcTime::min());
    /// The same in buckets of `step`, those without a call left out, oldest first.
    Task<std::vector<Tally>> history(UtcTime since, Milliseconds step);
    /// A value that changes whenever anything in the ledger may have changed, whoever changed it.
    Task<std::string> pulse();

    /// Includes the calls of the account's other bridges that stamp the same properties.
    Task<std::map<std::string, History>> histories(std::set<std::string> contact_ids);
    /// Stores a contact's call count when it is first seen; later ones change nothing.
    Task<> meet_contacts(std::map<std::string, int> call_counts);
    /// When each of these contacts' stamps was begun; nothing once its outcome is known.
    Task<> note_stamps(std::map<std::string, std::optional<UtcTime>> begun);
    /// Moves what was known of the old id to the new one.
    Task<> follow_merge(std::string old_id, std::string new_id);

    /// To be called before the first of them is requested.
    Task<> begin_merges(std::vector<Merge> merges);
    /// The merge was done; moves what was known of the two, as above.
    Task<> settle_merge(std::string loser, std::string survivor);
    /// The survivor has its stamp.
    Task<> note_stamped(std::string loser);
    /// Merges that were not settled, or whose survivor has a pending stamp; without snapshots.
    Task<std::vector<Merge>> open_merges();
    Task<std::optional<Merge>> find_merge(std::string loser);

    Task<std::map<PhoneNumber, KnownContact>> known_contacts(std::set<PhoneNumber> numbers);
    Task<> know_contacts(std::map<PhoneNumber, KnownContact> contacts);
    Task<> forget_contacts(std::set<PhoneNumber> numbers);

    Task<std::map<std::string, KnownTask>> known_tasks(std::set<std::string> call_ids);
    Task<> know_tasks(std::map<std::string, KnownTask> tasks);

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
    class Store;
    std::shared_ptr<Store> store_, reader_;
    Database &database_, &reading_;
    UtcTime born_at_;
};

}  // namespace ringbridge::ledger
