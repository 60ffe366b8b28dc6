// A database that replicas share, as PostgreSQL is one: sessions that it ends, locks that end with
// them, connections that break. What is stored lies in the file on the world's disk. Of the bridge
// it uses only the ports and the function by which bridges move (ledger/spread.hpp).
#pragma once

#include "ledger/backend.hpp"
#include "tests/simulation/setting.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace ringbridge::simulation {

/// The server.
class SharedDatabase {
  public:
    using SessionId = int;

    explicit SharedDatabase(Setting& setting) : setting_{setting} {}

    SessionId begin_session();
    void end_session(SessionId session);
    bool is_open(SessionId session) const { return sessions_.contains(session); }

    /// False: another session has it.
    bool lock(const std::string& name, SessionId session);
    void unlock(const std::string& name, SessionId session);

    ledger::Holders renew(const ledger::Replica& replica, SessionId session,
                          const std::set<std::string>& in_use, Milliseconds span);
    void leave(const ledger::Replica& replica);

    /// A standby takes over, whose clock is ahead by so much: no session survives that.
    void fail_over(Milliseconds ahead);
    /// With the file.
    void forget_replicas();

    // --- What must hold whatever a replica believes: else the world fails ------------------------

    /// The replica of that birth sends what may change HubSpot, and gives it up at `deadline`.
    void see_sent(const std::string& birth, SteadyTime deadline);
    void see_ended(const std::string& birth, SteadyTime deadline);
    void see_killed(const std::string& birth) { in_flight_.erase(birth); }
    /// Something is written over the session.
    void see_write(SessionId session) const;

  private:
    struct Row {
        ledger::Replica replica;
        SessionId session = 0;
        UtcTime alive_until;  ///< by the database's clock
    };
    UtcTime now() const { return setting_.world.now() + clock_ahead_; }
    void remove_dead(const ledger::Replica& asking);
    void remove(const Row& row);
    void fail(std::string promise, std::string seen) const;

    Setting& setting_;
    Milliseconds clock_ahead_{0};
    SessionId last_session_ = 0;
    std::set<SessionId> sessions_;
    std::map<std::string, SessionId> locks_;
    std::map<std::string, Row> replicas_;  ///< by name
    ledger::Holders leases_;
    std::set<SessionId> removed_sessions_;  ///< of replicas that were removed as dead
    std::set<std::string> removed_;         ///< births of those that have not renewed since
    std::map<std::string, std::multiset<SteadyTime>> in_flight_;  ///< by birth
};

/// A replica's connection to it, and the port through which all its work goes.
class Connection final : public Database, public std::enable_shared_from_this<Connection> {
  public:
    Connection(Setting& setting, SharedDatabase& server, sim::Disk::Mount& mount);

    Task<> run(std::function<void()> work) override;
    void post(std::function<void()> work) override { work(); }

    /// The database does not answer until then.
    void cut_off(UtcTime until);
    void heal();
    /// The process has died: the server sees that.
    void end();

    std::unique_ptr<ledger::RunLock> try_lock(const std::string& name);
    void release(const std::string& name);
    /// Throws LedgerOutOfReach while a run that lost its lock has not ended.
    void check_held() const;
    SharedDatabase& server() { return server_; }
    SharedDatabase::SessionId session() const { return session_; }

    bool is_cut_off() const { return cut_off_until_ > setting_.world.now(); }

  private:
    void ensure_open();
    void drop();
    void note_lost();
    bool may_write(std::string_view file);

    Setting& setting_;
    SharedDatabase& server_;
    SharedDatabase::SessionId session_ = 0;  ///< 0: none
    /// Closed on this side, while the server did not hear of it.
    std::set<SharedDatabase::SessionId> left_behind_;
    std::set<std::string> held_, lost_;  ///< run locks
    UtcTime cut_off_until_;
    bool refused_ = false;  ///< a write, for a lost lock
};

/// The ledger of a replica: the file on its mount, over its connection.
class SharedBackend final : public ledger::Backend, public ledger::Replicas {
  public:
    /// `replica`: its name.
    SharedBackend(std::shared_ptr<ledger::Backend> file, Connection& connection,
                  std::string replica)
        : file_{std::move(file)}, connection_{connection}, replica_{std::move(replica)} {}

    ledger::Opened open(ledger::Scope scope, UtcTime now) override {
        return file_->open(std::move(scope), now);
    }
    std::unique_ptr<ledger::Archive> archive(bool is_source) override {
        return file_->archive(is_source);
    }
    std::unique_ptr<ledger::RunLock> try_lock(const std::string& name, Database&) override {
        return connection_.try_lock(name);
    }
    bool may_lose_locks() const override { return true; }
    /// Each replica is on a machine of its own.
    std::unique_ptr<SharedTexts> shared_texts(const std::string& account,
                                              Database& database) override {
        return file_->shared_texts(account + replica_, database);
    }
    ledger::Replicas* replicas() override { return this; }

    ledger::Holders renew(const ledger::Replica& replica, const std::set<std::string>& in_use,
                          Milliseconds span) override;
    void leave(const ledger::Replica& replica) override { connection_.server().leave(replica); }

  private:
    const std::shared_ptr<ledger::Backend> file_;
    Connection& connection_;
    const std::string replica_;
};

}  // namespace ringbridge::simulation
