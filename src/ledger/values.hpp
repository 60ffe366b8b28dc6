// What the ledger is asked with, and what it keeps and returns besides calls.
#pragma once

#include "ledger/entry.hpp"

#include <array>
#include <map>
#include <vector>

namespace ringbridge::ledger {

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
    ContactId contact_id;
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
    ContactId keep = {}, loser = {};      ///< as they were when it was begun
    int keep_count = 0, loser_count = 0;  ///< the call count stored on each
    std::string snapshot = {};            ///< JSON: the loser's data, for a person
    std::string stamp = {};               ///< the survivor's pending stamp; empty: none
    ContactId survivor = {};              ///< empty until the merge is confirmed
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

/// How calls came into the ledger.
struct Arrivals {
    int calls = 0, pushed = 0;              ///< pushed: those that a webhook brought or named
    std::optional<UtcTime> last_pushed_at;  ///< the last time that one did
};

/// Which of the due calls; `recent`: those made within the last day.
enum class Due { all, unmatched, recent };

}  // namespace ringbridge::ledger
