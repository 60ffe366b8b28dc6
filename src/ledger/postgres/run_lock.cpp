#include "ledger/postgres/run_lock.hpp"

#include "core/stop.hpp"
#include "ledger/postgres/connection.hpp"

namespace ringbridge::ledger::postgres {
namespace {

class HeldLock : public RunLock {
  public:
    HeldLock(std::shared_ptr<Locks> locks, std::string name)
        : locks_{std::move(locks)}, name_{std::move(name)} {}
    ~HeldLock() override { locks_->let_go(name_); }

  private:
    const std::shared_ptr<Locks> locks_;
    const std::string name_;
};

}  // namespace

std::unique_ptr<RunLock> Locks::try_lock(const std::string& name, Connection& connection,
                                         Database& database) {
    check();  // whoever waits gives up what it lost
    {
        const std::lock_guard guard{mutex_};
        if (held_.contains(name)) return nullptr;
    }
    bool taken = false;
    connection
        .run("SELECT pg_try_advisory_lock(($1::bigint # hashtext(current_schema())))",
             lock_number("run " + name))
        .first(taken);
    if (!taken) return nullptr;
    const std::lock_guard guard{mutex_};
    connection_ = &connection;
    database_ = &database;
    held_.insert(name);
    return std::make_unique<HeldLock>(shared_from_this(), name);
}

void Locks::note_lost() {
    const std::lock_guard guard{mutex_};
    lost_.merge(held_);
    held_.clear();
}

void Locks::check() const {
    const std::lock_guard guard{mutex_};
    if (lost_.empty()) return;
    throw LedgerOutOfReach{
        "the connection to the ledger's database broke, and with it the run's lock was lost; the "
        "next run continues"};
}

void Locks::let_go(const std::string& name) {
    Database* database = nullptr;
    {
        const std::lock_guard guard{mutex_};
        if (lost_.erase(name) == 0) database = database_;
    }
    if (database) database->post([locks = shared_from_this(), name] { locks->release(name); });
}

void Locks::close() {
    const std::lock_guard guard{mutex_};
    database_ = nullptr;
}

// Until the server has freed it, this process counts as its holder.
void Locks::release(const std::string& name) {
    try {
        connection_->run("SELECT pg_advisory_unlock(($1::bigint # hashtext(current_schema())))",
                         lock_number("run " + name));
    } catch (const std::exception&) {
        connection_->drop();  // with its session, the server frees the lock
    }
    const std::lock_guard guard{mutex_};
    held_.erase(name);
    lost_.erase(name);
}

}  // namespace ringbridge::ledger::postgres
