// What a database must do to hold a ledger: one bridge's part of it, over one connection.
//
// What each method means is described in `Ledger`, which calls it on the database's thread; here is
// what an implementation must guarantee besides:
//
// - What a method writes is one transaction, and durable when it returns: it survives a power cut.
// - Other connections, of this process and of others, read and write between any two methods, and
//   at the same time. A transaction that reads before it writes excludes them in between.
// - Times are exact to the millisecond; none, an empty text and 0 stay what they are.
// - A full disk, a lost connection and the like are exceptions derived from std::exception. They
//   end the run; the store can be used again.
// - One thread uses it at a time.
#pragma once

#include "ledger/values.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::ledger {

class Store {
  public:
    Store() = default;
    virtual ~Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// Throws LedgerOutOfReach if the database does not answer, or a run that lost its lock has not
    /// ended yet. Every other method may do the same without trying.
    virtual void check() = 0;

    /// Changes when an older copy has taken the database's place while it was away.
    virtual int rollbacks() { return 0; }

    // --- Calls: recorded, and moved through their stages -----------------------------------------

    /// A call's position among others is place_of its time (core/call.hpp). New content for a call
    /// in progress is applied by the next `record` or `save` that finds the row settled, and by
    /// `due`, unless the row is in `writing`. Of records with neither an id nor a time at most ten
    /// thousand are kept; the rest are counted in one row, `unreadable:more`.
    virtual std::map<CallId, Stage> record(const std::vector<Call>& calls,
                                           const std::vector<UnreadableRecord>& unreadable,
                                           UtcTime now) = 0;
    virtual void keep_for_detail(const UnreadableRecord& record, UtcTime now) = 0;
    virtual std::vector<UnreadableRecord> kept_records(const CallId& after, int limit) = 0;
    virtual void settle_kept(const CallId& key, const CallId& became) = 0;
    virtual std::map<CallId, Stage> stages(const std::set<CallId>& call_ids) = 0;
    virtual void end_waits_after(UtcTime latest) = 0;
    virtual void explain_waiting(const std::string& why) = 0;
    /// Finished calls cost nothing here, however many there are, nor in the three below.
    virtual std::vector<Entry> due(UtcTime now, int limit, Due which) = 0;
    virtual int count_unmatched() = 0;
    virtual std::optional<UtcTime> next_due() = 0;
    virtual std::optional<Entry> oldest_unfinished() = 0;
    /// A row that was dismissed, or has another `given_phone` than the entry, is left unchanged.
    virtual std::vector<Entry> save(std::vector<Entry> entries) = 0;
    virtual Entry settle_move(Entry entry) = 0;
    virtual void reopen(const std::vector<CallId>& call_ids) = 0;

    // --- Calls: what a person decides ------------------------------------------------------------

    virtual bool retry(const CallId& call_id) = 0;
    virtual bool dismiss(const CallId& call_id, const std::string& reason) = 0;
    virtual bool give_number(const CallId& call_id, const std::string& phone) = 0;

    // --- Calls: their content erased -------------------------------------------------------------

    virtual int forget_made_before(UtcTime moment, int limit) = 0;
    /// Also leaves nothing of it in the database's files, unless another connection still reads it.
    virtual Forgotten forget_caller(const PhoneNumber& number, const std::string& region,
                                    UtcTime now) = 0;

    // --- Calls: as people see them ---------------------------------------------------------------

    virtual std::optional<Entry> find(const CallId& call_id) = 0;
    /// Newest first, by time and then id. A text is found in any case and however a number is
    /// written. A page may end early, even empty, with a cursor to continue from: a search among a
    /// million calls must not block.
    virtual Listed list(const Selection& selection) = 0;
    virtual std::map<std::string, int> count_by_state(UtcTime since) = 0;
    virtual std::vector<Tally> history(UtcTime since, Milliseconds step) = 0;
    virtual Arrivals arrivals(UtcTime since) = 0;
    /// Changes with what other connections write: people's queries have one of their own.
    virtual std::string pulse() = 0;

    // --- Contacts: shared by the bridges of an account -------------------------------------------

    virtual std::map<PhoneNumber, KnownContact> known_contacts(
        const std::set<PhoneNumber>& numbers) = 0;
    virtual void know_contacts(const std::map<PhoneNumber, KnownContact>& contacts) = 0;
    virtual void forget_contacts(const std::set<PhoneNumber>& numbers) = 0;
    virtual std::map<ContactId, History> histories(const std::set<ContactId>& contact_ids) = 0;
    virtual void meet_contacts(const std::map<ContactId, int>& call_counts) = 0;
    virtual void note_stamps(const std::map<ContactId, std::optional<UtcTime>>& begun) = 0;
    virtual bool has_stamps_in_doubt() = 0;
    /// In the rows of all bridges of the account. The new contact has the calls and counts of both.
    virtual void follow_merge(const ContactId& old_id, const ContactId& new_id) = 0;

    virtual void begin_merges(const std::vector<Merge>& merges) = 0;
    virtual void settle_merge(const ContactId& loser, const ContactId& survivor) = 0;
    virtual void note_stamped(const ContactId& loser) = 0;
    /// In the order in which they were begun.
    virtual std::vector<Merge> open_merges() = 0;
    virtual std::optional<Merge> find_merge(const ContactId& loser) = 0;

    // --- The rest of what a bridge remembers -----------------------------------------------------

    virtual std::map<CallId, KnownTask> known_tasks(const std::set<CallId>& call_ids) = 0;
    virtual void know_tasks(const std::map<CallId, KnownTask>& tasks) = 0;

    virtual std::vector<Gap> gaps() = 0;
    virtual void replace_gaps(const TimeRange& range, const std::vector<Gap>& left) = 0;

    virtual std::optional<std::string> recall(const std::string& key) = 0;
    virtual void remember(const std::string& key, const std::string& value) = 0;

    /// Keeps thirty days of runs or the last thousand, whichever are more.
    virtual void save_run(const std::string& run_id, UtcTime started_at,
                          const std::string& report) = 0;
    /// Newest first.
    virtual std::vector<std::string> runs(int limit) = 0;
    virtual std::optional<std::string> find_run(const std::string& run_id) = 0;
};

}  // namespace ringbridge::ledger
