// What ringbridge remembers: one row a call, which contact a number belongs to, past runs.
//
// A call's row is moved forward before an effect that cannot be repeated blindly and after it:
//
//   seen -> matched -> writing -> written -> done        aside: parked, dismissed
//
// so that a process killed anywhere finds, on restart, what it was doing. `writing` is the one
// place of doubt: the activity may be in HubSpot or not, and HubSpot is asked before writing again.
// A row whose `not_before` lies ahead is waiting, with its `reason`; where it stands on the line
// is not lost.
//
// A person may reach in at any time, also while a run has the row: what a person says of a call
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

/// Whose part of the ledger it is.
struct Scope {
    std::string bridge = "main";
    /// The HubSpot portal that the bridge writes to. Bridges of one portal share what they know of
    /// its contacts. Empty: the one it was when the bridge last opened the ledger, or none but its
    /// own.
    std::string account;
    /// Of its contact properties: bridges that share these too share the contacts' call counts.
    std::string prefix;
};

struct Entry {
    Call call;        ///< only `id` where the record was unreadable
    std::string raw;  ///< the platform's record where it was unreadable, else empty
    Stage stage = Stage::seen;
    std::string reason;       ///< why it is parked, dismissed or waiting; empty where all is well
    std::string given_phone;  ///< by hand, and in `call` in place of the record's; mostly empty
    PhoneNumber phone;        ///< empty before it is matched
    std::string contact_id;   ///< found by `phone`, also where the call has another number by now
    std::string activity_id;
    /// The contact that the activity was on before its call's number was corrected. It is on
    /// `contact_id`, on this one or on both; empty once it has moved.
    std::string leaving;
    bool found = false;  ///< the activity was in HubSpot before this ledger wrote one
    int attempts = 0;    ///< failed writes since the last success
    UtcTime seen_at;
    UtcTime placed_at;  ///< its place among other calls: see place_of
    std::optional<UtcTime> synced_at;
    std::optional<UtcTime> not_before;  ///< next try
    std::optional<UtcTime> tried_at;    ///< last activity write begun; none once it succeeded
};

/// What is known of a contact's calls: the newest, and how many.
struct History {
    Call newest;      ///< without an id where there is none
    int found = 0;    ///< activities that were there before this ledger
    int written = 0;  ///< activities that this ledger wrote
    int base = 0;     ///< the contact's call count when this ledger first met it
    std::optional<UtcTime> stamping_since;  ///< a stamp begun whose outcome is not known
};

/// A number's contact. While `contact_id` is empty, a creation was begun at `creating_since` and
/// its outcome is not known.
struct KnownContact {
    std::string contact_id;
    std::optional<UtcTime> creating_since;
    bool merged = false;  ///< it came from another one, and need not show the number
};

/// A call's task. While `task_id` is empty and `creating_since` is set, a creation was begun then
/// and its outcome is not known.
struct KnownTask {
    std::string task_id;
    std::optional<UtcTime> creating_since;
};

/// One contact merged into another, which cannot be undone.
struct Merge {
    std::string keep = {}, loser = {};    ///< ids, as they were when it was begun
    int keep_count = 0, loser_count = 0;  ///< the calls that each says it had
    std::string snapshot = {};            ///< JSON: what the loser held, for a person
    std::string stamp = {};               ///< what the survivor is yet to be told; empty: nothing
    std::string survivor = {};            ///< empty while it is not known whether it was done
};

/// Of a caller's calls: what they said is gone. Nothing is where some are still on their way.
struct Forgotten {
    int calls = 0;
    int in_hand = 0;
};

/// Where calls stand, as people ask for it.
inline constexpr std::array states{"synced", "pending", "parked", "failed", "dismissed"};

struct Selection {
    std::optional<std::string> state;  ///< one of `states`
    std::string text;                  ///< part of an id, number or name; empty for all
    int limit = 50;
    std::string cursor;  ///< of the page before
};

struct Listed {
    std::vector<Entry> entries;  ///< newest call first
    std::string next_cursor;     ///< empty on the last page
};

/// A range of time whose calls the receptionist could not list, however it was cut.
struct Gap {
    TimeRange range;
    UtcTime found_at;  ///< when it first could not be read
    std::string reason;
    int attempts = 0;
    UtcTime next_try;
};

/// How many of a stretch of time's calls stand where.
struct Tally {
    UtcTime since;
    std::map<std::string, int> calls;  ///< by state, as of Selection
};

/// Of the calls that are due: `recent`, those that were made within the last day.
enum class Due { all, unmatched, recent };

class Ledger {
  public:
    /// Opens or creates the SQLite file (0600), bringing its tables up to date. Throws CannotStart
    /// or WrongSettings with what to do where it cannot. `now` dates a new ledger's birth.
    Ledger(const std::string& path, Scope scope, Database& database, UtcTime now)
        : Ledger{path, std::move(scope), database, database, now} {}
    /// What people ask for runs on `reading`, over a connection of its own: no run waits for it.
    Ledger(const std::string& path, Scope scope, Database& database, Database& reading,
           UtcTime now);
    ~Ledger();

    /// Calls before this moment may have been written by a ledger that was lost.
    UtcTime born_at() const { return born_at_; }

    /// Why others than its owner may read the file, as a sentence; empty where they may not.
    const std::string& exposed() const;

    /// Takes in records as they came, in one transaction, and tells where each call then stands. A
    /// finished call whose record says something else than before (see content_of) goes back to
    /// `matched` with its activity; a dismissed one stays so. What comes for a call that is under
    /// way is kept beside its row, and taken in when the row settles or is taken up again.
    Task<std::map<std::string, Stage>> record(std::vector<Call> calls,
                                              std::vector<UnreadableRecord> unreadable,
                                              UtcTime now);
    /// Where calls stand; those never recorded are left out.
    Task<std::map<std::string, Stage>> stages(std::set<std::string> call_ids);
    /// Makes calls due that wait for a moment after `latest`: only a wrong clock can have told them
    /// to wait for so long.
    Task<> end_waits_after(UtcTime latest);
    /// Why unfinished calls wait that have no reason of their own.
    Task<> explain_waiting(std::string why);
    /// Unfinished calls whose time has come: those without a contact first, then contact by
    /// contact, so that as few requests as possible touch a contact twice; oldest call first.
    Task<std::vector<Entry>> due(UtcTime now, int limit, Due which = Due::all);
    Task<int> count_unmatched();
    /// When the next waiting call is due; nothing where none waits.
    Task<std::optional<UtcTime>> next_due();
    /// Of the unfinished calls that were never synced, the one that was seen first.
    Task<std::optional<Entry>> oldest_unfinished();
    /// Writes all but what `record` wrote, in one transaction. Rows that a person dismissed or gave
    /// another number since they were read are left as they are, and not among those handed back.
    Task<std::vector<Entry>> save(std::vector<Entry> entries);
    /// The activity has left `entry.leaving`, whose stamp is right: the same as saving the row,
    /// with nothing left to move. What counted as told there before us does so no more.
    Task<Entry> settle_move(Entry entry);
    /// Sends done calls along the line again, to bring their activities up to date.
    Task<> reopen(std::vector<std::string> call_ids);
    /// Makes a parked, dismissed or waiting call due at once. False where it is none of these. One
    /// that was unreadable cannot be due: dismissed, it is parked again; else false.
    Task<bool> retry(std::string call_id);
    /// A person says: leave it. Without a reason the old one stays. False where the activity is in
    /// HubSpot or may be on its way there, unless the call was parked.
    Task<bool> dismiss(std::string call_id, std::string reason);
    /// A person knows the caller's number: the call is matched anew with it. False where the
    /// activity is in HubSpot or may be on its way there, or the record was unreadable.
    Task<bool> give_number(std::string call_id, std::string phone);

    /// What finished calls made before then said goes: the oldest first, so many. Their ids, their
    /// places and what they became stay, so that one that is listed again is not carried over
    /// again. Tells how many they were.
    Task<int> forget_made_before(UtcTime moment, int limit);
    /// All that is held of the caller's: what its calls said, whatever their records say later, and
    /// which contact the number belongs to.
    Task<Forgotten> forget_caller(PhoneNumber number, std::string region, UtcTime now);

    Task<std::optional<Entry>> find(std::string call_id);
    Task<Listed> list(Selection selection);
    /// Of the calls made since then; each state is in it.
    Task<std::map<std::string, int>> count_by_state(UtcTime since = UtcTime::min());
    /// The same by buckets of `step`, those without a call left out, oldest first.
    Task<std::vector<Tally>> history(UtcTime since, Milliseconds step);
    /// Another one than before where anything in the ledger may have changed, whoever changed it.
    Task<std::string> pulse();

    /// With the calls of the account's other bridges, where these stamp the same properties.
    Task<std::map<std::string, History>> histories(std::set<std::string> contact_ids);
    /// Remembers a contact's call count at first sight; later ones change nothing.
    Task<> meet_contacts(std::map<std::string, int> call_counts);
    /// When each met contact's stamp was begun; nothing once its outcome is known.
    Task<> note_stamps(std::map<std::string, std::optional<UtcTime>> begun);
    /// What was known of the old id goes over to the new one.
    Task<> follow_merge(std::string old_id, std::string new_id);

    /// Before the first of them is asked for.
    Task<> begin_merges(std::vector<Merge> merges);
    /// It was done; and what was known of the two is followed, as above.
    Task<> settle_merge(std::string loser, std::string survivor);
    /// The survivor has its stamp.
    Task<> note_stamped(std::string loser);
    /// Those that were not settled, or whose survivor was not told; without their snapshots.
    Task<std::vector<Merge>> open_merges();
    Task<std::optional<Merge>> find_merge(std::string loser);

    Task<std::map<PhoneNumber, KnownContact>> known_contacts(std::set<PhoneNumber> numbers);
    Task<> know_contacts(std::map<PhoneNumber, KnownContact> contacts);
    Task<> forget_contacts(std::set<PhoneNumber> numbers);

    Task<std::map<std::string, KnownTask>> known_tasks(std::set<std::string> call_ids);
    Task<> know_tasks(std::map<std::string, KnownTask> tasks);

    /// Oldest range first.
    Task<std::vector<Gap>> gaps();
    /// What is left of the gaps within `range`.
    Task<> replace_gaps(TimeRange range, std::vector<Gap> left);

    Task<std::optional<std::string>> recall(std::string key);
    Task<> remember(std::string key, std::string value);

    /// `report`: JSON as the contract has it.
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
