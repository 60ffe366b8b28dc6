// A bridge's ledger in SQLite: all its SQL. Private to this folder.
#pragma once

#include "ledger/sqlite/connection.hpp"
#include "ledger/store.hpp"

#include <memory>

namespace ringbridge::ledger::sqlite {

class SqliteStore : public Store {
  public:
    SqliteStore(std::shared_ptr<Connection> connection, Scope scope);
    /// The same ledger over another connection, which need not write.
    SqliteStore(std::shared_ptr<Connection> connection, const SqliteStore& writer);

    /// When the bridge's ledger was created: `now` if that is only now.
    UtcTime birth(UtcTime now);

    void check() override { (void)recall(""); }

    // recording.cpp
    std::map<CallId, Stage> record(const std::vector<Call>& calls,
                                   const std::vector<UnreadableRecord>& unreadable,
                                   UtcTime now) override;

    // kept_records.cpp
    void keep_for_detail(const UnreadableRecord& record, UtcTime now) override;
    std::vector<UnreadableRecord> kept_records(const CallId& after, int limit) override;
    void settle_kept(const CallId& key, const CallId& became) override;

    // progress.cpp
    std::map<CallId, Stage> stages(const std::set<CallId>& call_ids) override;
    void end_waits_after(UtcTime latest) override;
    void explain_waiting(const std::string& why) override;
    std::vector<Entry> due(UtcTime now, int limit, Due which) override;
    int count_unmatched() override;
    std::optional<UtcTime> next_due() override;
    std::optional<Entry> oldest_unfinished() override;
    std::vector<Entry> save(std::vector<Entry> entries) override;
    Entry settle_move(Entry entry) override;
    void reopen(const std::vector<CallId>& call_ids) override;

    // decisions.cpp
    bool retry(const CallId& call_id) override;
    bool dismiss(const CallId& call_id, const std::string& reason) override;
    bool give_number(const CallId& call_id, const std::string& phone) override;

    // forget.cpp
    int forget_made_before(UtcTime moment, int limit) override;
    Forgotten forget_caller(const PhoneNumber& number, const std::string& region,
                            UtcTime now) override;

    // lists.cpp
    std::optional<Entry> find(const CallId& call_id) override;
    Listed list(const Selection& selection) override;
    std::map<std::string, int> count_by_state(UtcTime since) override;
    std::vector<Tally> history(UtcTime since, Milliseconds step) override;
    Arrivals arrivals(UtcTime since) override;
    std::string pulse() override;

    // contacts.cpp
    std::map<PhoneNumber, KnownContact> known_contacts(
        const std::set<PhoneNumber>& numbers) override;
    void know_contacts(const std::map<PhoneNumber, KnownContact>& contacts) override;
    void forget_contacts(const std::set<PhoneNumber>& numbers) override;
    std::map<ContactId, History> histories(const std::set<ContactId>& contact_ids) override;
    void meet_contacts(const std::map<ContactId, int>& call_counts) override;
    void note_stamps(const std::map<ContactId, std::optional<UtcTime>>& begun) override;
    bool has_stamps_in_doubt() override;
    void follow_merge(const ContactId& old_id, const ContactId& new_id) override;

    // merges.cpp
    void begin_merges(const std::vector<Merge>& merges) override;
    void settle_merge(const ContactId& loser, const ContactId& survivor) override;
    void note_stamped(const ContactId& loser) override;
    std::vector<Merge> open_merges() override;
    std::optional<Merge> find_merge(const ContactId& loser) override;

    // tasks.cpp
    std::map<CallId, KnownTask> known_tasks(const std::set<CallId>& call_ids) override;
    void know_tasks(const std::map<CallId, KnownTask>& tasks) override;

    // gaps.cpp
    std::vector<Gap> gaps() override;
    void replace_gaps(const TimeRange& range, const std::vector<Gap>& left) override;

    // memory.cpp
    std::optional<std::string> recall(const std::string& key) override;
    void remember(const std::string& key, const std::string& value) override;
    void save_run(const std::string& run_id, UtcTime started_at,
                  const std::string& report) override;
    std::vector<std::string> runs(int limit) override;
    std::optional<std::string> find_run(const std::string& run_id) override;

  private:
    void join_account();

    void record_call(const Call& call, bool is_whole, UtcTime now);
    void note_pushed(const CallId& call_id, UtcTime now);
    void insert_call(const Call& call, const std::string& hash, UtcTime now);
    void record_change(const Call& listed, const std::string& listed_hash, UtcTime now);
    void note_seen(const CallId& call_id, UtcTime now);
    void set_payload(const CallId& call_id, const std::string& payload);
    void take_in_newer(const std::string& stages);
    void set_content(const Call& call);
    void set_searched(const CallId& call_id, const std::string& text);
    void keep_records(const std::vector<UnreadableRecord>& records, UtcTime now);
    int count_parked(const std::string& prefix);
    bool renew_record(const UnreadableRecord& record);
    void insert_unreadable(const UnreadableRecord& record, Stage stage, const std::string& why,
                           UtcTime now);
    void count_unkept(const UnreadableRecord& record, UtcTime now);
    void drop_record(const CallId& call_id);
    void go_over(const CallId& key, const CallId& became);
    bool update(const Entry& entry);
    void forget_content(const CallId& call_id, const std::string& why);
    std::optional<History> history_of(const ContactId& contact_id);
    void meet(const ContactId& contact_id, int count);
    void leave(const ContactId& contact_id);
    void follow(const ContactId& old_id, const ContactId& new_id);

    const std::shared_ptr<Connection> connection_;
    soci::session& sql_ = connection_->sql;
    Statements& statements_ = connection_->statements;
    const std::string bridge_, prefix_;
    std::string account_;
};

}  // namespace ringbridge::ledger::sqlite
