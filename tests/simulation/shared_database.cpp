#include "tests/simulation/shared_database.hpp"

#include "core/stop.hpp"
#include "ledger/spread.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;

// As a connection to PostgreSQL waits.
constexpr Milliseconds longest_without_answer = 9s;

constexpr Milliseconds step = 1ms;

class HeldLock final : public ledger::RunLock {
  public:
    HeldLock(std::weak_ptr<Connection> connection, std::string name)
        : connection_{std::move(connection)}, name_{std::move(name)} {}
    ~HeldLock() override {
        if (const auto connection = connection_.lock()) connection->release(name_);
    }

  private:
    const std::weak_ptr<Connection> connection_;  ///< a frame may outlive its process
    const std::string name_;
};

[[noreturn]] void out_of_reach(const std::string& why) {
    throw LedgerOutOfReach{"the ledger's database is out of reach: " + why};
}

}  // namespace

// --- The server ----------------------------------------------------------------------------------

SharedDatabase::SessionId SharedDatabase::begin_session() {
    sessions_.insert(++last_session_);
    return last_session_;
}

void SharedDatabase::end_session(SessionId session) {
    sessions_.erase(session);
    std::erase_if(locks_, [&](const auto& lock) { return lock.second == session; });
}

bool SharedDatabase::lock(const std::string& name, SessionId session) {
    return locks_.try_emplace(name, session).second;
}

void SharedDatabase::unlock(const std::string& name, SessionId session) {
    const auto found = locks_.find(name);
    if (found != locks_.end() && found->second == session) locks_.erase(found);
}

ledger::Holders SharedDatabase::renew(const ledger::Replica& replica, SessionId session,
                                      const std::set<std::string>& in_use, Milliseconds span) {
    remove_dead(replica);
    const auto known = replicas_.find(replica.name);
    if (known != replicas_.end() && known->second.replica.birth != replica.birth &&
        is_open(known->second.session)) {
        throw LedgerOutOfReach{"another replica has the name " + replica.name};
    }
    replicas_[replica.name] = {replica, session, now() + span};
    removed_.erase(replica.birth);
    std::map<std::string, std::set<std::string>> living;
    for (const auto& [name, row] : replicas_) living[name] = row.replica.bridges;
    const auto moves = ledger::moves_of(replica.name, living, leases_, in_use);
    for (const auto& bridge : moves.given_up) leases_.erase(bridge);
    for (const auto& bridge : moves.taken) leases_[bridge] = replica.name;
    return leases_;
}

void SharedDatabase::remove_dead(const ledger::Replica& asking) {
    std::vector<Row> dead;
    for (const auto& [name, row] : replicas_) {
        const bool own = name == asking.name && row.replica.birth == asking.birth;
        if (!own && row.alive_until < now()) dead.push_back(row);
    }
    for (const auto& row : dead) remove(row);
}

void SharedDatabase::remove(const Row& row) {
    const auto name = row.replica.name;
    setting_.note("database", "removes replica " + name);
    std::erase_if(leases_, [&](const auto& lease) { return lease.second == name; });
    removed_.insert(row.replica.birth);
    removed_sessions_.insert(row.session);
    end_session(row.session);
    const auto sent = in_flight_.find(row.replica.birth);
    if (sent != in_flight_.end() && !sent->second.empty() &&
        *sent->second.rbegin() > setting_.world.steady()) {
        fail("what a replica sends has ended when others take over", "not so of " + name);
    }
    replicas_.erase(name);
}

void SharedDatabase::leave(const ledger::Replica& replica) {
    const auto known = replicas_.find(replica.name);
    if (known == replicas_.end() || known->second.replica.birth != replica.birth) return;
    std::erase_if(leases_, [&](const auto& lease) { return lease.second == replica.name; });
    replicas_.erase(known);
}

void SharedDatabase::fail_over(Milliseconds ahead) {
    setting_.note("database", fmt::format("fails over, {} ms ahead", ahead.count()));
    clock_ahead_ = ahead;
    for (const auto session : std::set{sessions_}) end_session(session);
}

void SharedDatabase::forget_replicas() {
    replicas_.clear();
    leases_.clear();
}

void SharedDatabase::see_sent(const std::string& birth, SteadyTime deadline) {
    if (removed_.contains(birth)) {
        fail("a replica that lost its leases changes nothing in HubSpot", birth + " tries to");
    }
    in_flight_[birth].insert(deadline);
}

void SharedDatabase::see_ended(const std::string& birth, SteadyTime deadline) {
    auto& deadlines = in_flight_[birth];
    const auto found = deadlines.find(deadline);
    if (found != deadlines.end()) deadlines.erase(found);
}

void SharedDatabase::see_write(SessionId session) const {
    if (!removed_sessions_.contains(session)) return;
    fail("a replica that lost its leases writes nothing over its session",
         fmt::format("session {} writes", session));
}

// As the world itself: a process would catch what is thrown in it.
void SharedDatabase::fail(std::string promise, std::string seen) const {
    setting_.world.at(setting_.world.now(),
                      [violation = Violation{std::move(promise), std::move(seen)}] {
                          throw Violation{violation};
                      });
}

// --- A connection --------------------------------------------------------------------------------

Connection::Connection(Setting& setting, SharedDatabase& server, sim::Disk::Mount& mount)
    : setting_{setting}, server_{server} {
    mount.set_gate([this](std::string_view file) { return may_write(file); });
}

// Work is a transaction: what breaks in its middle is rolled back, as if it had not begun.
Task<> Connection::run(std::function<void()> work) {
    co_await setting_.world.sleep(step);
    if (is_cut_off() && session_ != 0) {
        const auto heals = SteadyTime{cut_off_until_.time_since_epoch()};
        const auto gives_up = setting_.world.steady() + longest_without_answer;
        co_await setting_.world.sleep_until(std::min(heals, gives_up));
    }
    if (is_cut_off()) {
        drop();
        out_of_reach("it does not answer");
    }
    const int likelier = held_.empty() ? 1 : 20;  // most statements are renewals
    if (setting_.injects(Disturber::not_serialized, likelier)) {
        if (setting_.random(Disturber::not_serialized).happens(500)) drop();
        out_of_reach("a transaction was rolled back");
    }
    ensure_open();
    refused_ = false;
    std::exception_ptr failure;
    try {
        work();
    } catch (...) {
        failure = std::current_exception();
    }
    if (std::exchange(refused_, false)) check_held();
    if (failure) std::rethrow_exception(failure);
    if (setting_.injects(Disturber::commit_lost, likelier)) {
        drop();
        out_of_reach("the answer to a commit was lost");
    }
    co_await setting_.world.sleep(step);
}

// As a connection to PostgreSQL does, which finds its session ended and begins another.
void Connection::ensure_open() {
    if (session_ != 0 && !server_.is_open(session_)) note_lost();
    if (session_ == 0) session_ = server_.begin_session();
}

// While it is cut off, the server hears of it only later.
void Connection::drop() {
    if (session_ == 0) return;
    if (is_cut_off()) {
        left_behind_.insert(session_);
    } else {
        server_.end_session(session_);
    }
    note_lost();
}

void Connection::note_lost() {
    session_ = 0;
    lost_.merge(held_);
    held_.clear();
}

void Connection::cut_off(UtcTime until) {
    cut_off_until_ = until;
    setting_.world.at(until, [connection = weak_from_this()] {
        if (const auto open = connection.lock(); open && !open->is_cut_off()) open->heal();
    });
}

void Connection::heal() {
    cut_off_until_ = {};
    for (const auto session : left_behind_) server_.end_session(session);
    left_behind_.clear();
}

void Connection::end() {
    heal();
    drop();
}

std::unique_ptr<ledger::RunLock> Connection::try_lock(const std::string& name) {
    check_held();  // whoever waits gives up what it lost
    if (held_.contains(name) || !server_.lock(name, session_)) return nullptr;
    held_.insert(name);
    return std::make_unique<HeldLock>(weak_from_this(), name);
}

void Connection::release(const std::string& name) {
    if (lost_.erase(name) > 0) return;
    held_.erase(name);
    if (is_cut_off()) return drop();  // with its session, the server frees the lock
    server_.unlock(name, session_);
}

void Connection::check_held() const {
    if (!lost_.empty()) out_of_reach("the connection broke, and with it the run's lock was lost");
}

bool Connection::may_write(std::string_view file) {
    if (file != ledger_file) return true;
    if (!lost_.empty()) {
        refused_ = true;
        return false;
    }
    server_.see_write(session_);
    return true;
}

// --- A replica's ledger --------------------------------------------------------------------------

ledger::Holders SharedBackend::renew(const ledger::Replica& replica,
                                     const std::set<std::string>& in_use, Milliseconds span) {
    connection_.check_held();
    return connection_.server().renew(replica, connection_.session(), in_use, span);
}

}  // namespace ringbridge::simulation
