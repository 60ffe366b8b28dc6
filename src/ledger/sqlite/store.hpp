// The ledger's SQL, on the one thread that may run it. Private to this room.
#pragma once

#include "ledger/ledger.hpp"
#include "ledger/sqlite/connection.hpp"
#include "ledger/sqlite/statements.hpp"

namespace ringbridge::ledger {

class Ledger::Store {
  public:
    Store(const std::string& path, Scope scope);
    /// Another, read-only connection to the same file.
    Store(const std::string& path, const Store& writer);

    UtcTime birth(UtcTime now);
    const std::string& exposed() const { return exposed_; }

    std::map<std::string, Stage> record(const std::vector<Call>& calls,
                                        const std::vector<UnreadableRecord>& unreadable,
                                        UtcTime now);
    std::map<std::string, Stage> stages(const std::set<std::string>& call_ids);
    void end_waits_after(UtcTime latest);
    void explain_waiting(const std::string& why);
    std::vector<Entry> due(UtcTime now, int limit, Due which);
    int count_unmatched();
    std::optional<UtcTime> next_due();
    std::optional<Entry> oldest_unfinished();
    /// Removes from `entries` those that a person dismissed or gave a number meanwhile.
    void save(std::vector<Entry>& entries);
    void settle_move(Entry& entry);
    void reopen(const std::vector<std::string>& call_ids);
    bool retry(const std::string& call_id);
    bool dismiss(const std::string& call_id, const std::string& reason);
    bool give_number(const std::string& call_id, const std::string& phone);
    std::optional<Entry> find(const std::string& call_id);
    Listed list(const Selection& selection);
    std::map<std::string, int> count_by_state(UtcTime since);
    std::vector<Tally> history(UtcTime since, Milliseconds step);
    std::string pulse();

    int forget_made_before(UtcTime moment, int limit);
    Forgotten forget_caller(const PhoneNumber& number, const std::string& region, UtcTime now);

    std::map<std::string, History> histories(const std::set<std::string>& contact_ids);
    void meet_contacts(const std::map<std::string, int>& call_counts);
    void note_stamps(const std::map<std::string, std::optional<UtcTime>>& begun);
    void follow_merge(const std::string& old_id, const std::string& new_id);
    void begin_merges(const std::vector<Merge>& merges);
    void settle_merge(const std::string& loser, const std::string& survivor);
    void note_stamped(const std::string& loser);
    std::vector<Merge> open_merges();
    std::optional<Merge> find_merge(const std::string& loser);
    std::map<PhoneNumber, KnownContact> known_contacts(const std::set<PhoneNumber>& numbers);
    void know_contacts(const std::map<PhoneNumber, KnownContact>& contacts);
    void forget_contacts(const std::set<PhoneNumber>& numbers);

    std::map<std::string, KnownTask> known_tasks(const std::set<std::string>& call_ids);
    void know_tasks(const std::map<std::string, KnownTask>& tasks);

    std::vector<Gap> gaps();
    void replace_gaps(const TimeRange& range, const std::vector<Gap>& left);

    std::optional<std::string> recall(const std::string& key);
    void remember(const std::string& key, const std::string& value);
    void save_run(const std::string& run_id, UtcTime started_at, const std::string& report);
    std::vector<std::string> runs(int limit);
    std::optional<std::string> find_run(const std::string& run_id);

  private:
    void forget_content(const std::string& call_id, const std::string& why);
    void migrate();
    void join_account();
    void meet(const std::string& contact_id, int count);
    void leave(const std::string& contact_id);
    void follow(const std::string& old_id, const std::string& new_id);
    void record_call(const Call& call, UtcTime now);
    void insert_call(const Call& call, const std::string& hash, UtcTime now);
    void set_searched(const std::string& call_id, const std::string& text);
    bool update(const Entry& entry);
    std::optional<History> history_of(const std::string& contact_id);
    void record_change(const Call& listed, const std::string& listed_hash);
    void set_content(const Call& call);
    void take_in_newer(const std::string& stages);
    void record_unreadable(const UnreadableRecord& record, UtcTime now);
    void insert_unreadable(const UnreadableRecord& record, UtcTime now, int most);

    std::string exposed_;
    soci::session sql_;
    Statements statements_{sql_};
    const std::string bridge_, prefix_;
    std::string account_;
};

}  // namespace ringbridge::ledger
