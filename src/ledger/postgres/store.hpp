// One bridge's ledger in PostgreSQL: all its SQL. The bridges of a process share its connections.
// Private to this folder.
#pragma once

#include "ledger/postgres/connection.hpp"
#include "ledger/postgres/run_lock.hpp"
#include "ledger/store.hpp"

#include <memory>
#include <optional>

namespace ringbridge::ledger::postgres {

/// A process's connection, and the locks that its session holds.
struct Session {
    Session(const Address& address, Connection::Use use)
        : locks{std::make_shared<Locks>()},
          connection{address,
                     use,
                     {.when_lost = [held = locks] { held->note_lost(); },
                      .check_held = [held = locks] { held->check(); }}} {}
    ~Session() { locks->close(); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    std::shared_ptr<Locks> locks;
    Connection connection;
};

class PostgresStore : public Store {
  public:
    PostgresStore(std::shared_ptr<Session> session, Scope scope);
    /// The same bridge over another connection.
    PostgresStore(std::shared_ptr<Session> session, const PostgresStore& other);

    /// When the bridge's ledger was created: `now` if that is only now.
    UtcTime birth(UtcTime now);

    void check() override {
        sql_.check();
        session_->locks->check();
    }
    int rollbacks() override { return sql_.rollbacks(); }

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
    bool has_text_index();

    void take_in_newer(const std::string& stages);
    void set_contents(const std::vector<Call>& calls);
    void insert_calls(const std::vector<Call>& calls, UtcTime now);
    void set_searched(const std::vector<std::string>& keys, const std::vector<std::string>& texts);
    void record_calls(const std::vector<Call>& calls, const std::set<CallId>& kept, UtcTime now);
    void record_changes(const std::vector<Call>& listed, UtcTime now);
    void note_pushed(const std::vector<Call>& calls, UtcTime now);
    void keep_records(const std::vector<UnreadableRecord>& records, UtcTime now);
    int count_unknown();
    void renew_records(const std::vector<UnreadableRecord>& records);
    void insert_unreadable(const std::vector<UnreadableRecord>& records, Stage stage, UtcTime now);
    void count_unkept(const UnreadableRecord& newest, int count, UtcTime now);
    void drop_records(const std::vector<std::string>& keys);
    void go_over(const CallId& key, const CallId& became);
    std::vector<Entry> update(std::vector<Entry> entries);
    void forget_contents(const std::vector<std::string>& keys, const std::string& why);
    void meet(const std::map<ContactId, int>& call_counts);
    void leave(const ContactId& contact_id);
    void follow(const ContactId& old_id, const ContactId& new_id);

    /// The rows that `rest` leaves: its WHERE, ORDER BY and LIMIT.
    template <class... Values>
    std::vector<Entry> select(const std::string& rest, const Values&... values);

    /// A transaction that reads before it writes excludes the account's other writers.
    Transaction begin();
    /// A statement that writes, by itself or in a transaction.
    template <class... Values>
    Rows write(const std::string& text, const Values&... values) {
        sql_.need_held();
        return sql_.run(text, values...);
    }

    const std::shared_ptr<Session> session_;
    Connection& sql_{session_->connection};
    const std::string bridge_, prefix_;
    std::string account_;
    std::optional<bool> text_index_;
};

}  // namespace ringbridge::ledger::postgres
