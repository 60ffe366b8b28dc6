// What a replica does while it can be sure of its leases, and no longer.
#include "bridge/leases.hpp"

#include "bridge/ledger_watch.hpp"
#include "core/stop.hpp"
#include "tests/flow/town.hpp"

#include <asio/co_spawn.hpp>
#include <gmock/gmock.h>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;

struct Table : ledger::Replicas {
    ledger::Holders renew(const ledger::Replica& replica, const std::set<std::string>& in_use,
                          Milliseconds) override {
        if (is_away) throw LedgerOutOfReach{"it does not answer"};
        ++renewals;
        kept = in_use;
        for (const auto& bridge : replica.bridges) holders.try_emplace(bridge, replica.name);
        return holders;
    }
    void leave(const ledger::Replica&) override { holders.clear(); }

    ledger::Holders holders;
    std::set<std::string> kept;
    bool is_away = false;
    int renewals = 0;
};

struct Answering : Http {
    Task<std::expected<HttpResponse, Lost>> fetch(HttpRequest request) override {
        last_timeout = request.timeout;
        co_return HttpResponse{.status = 200, .headers = {}, .body = {}};
    }
    Milliseconds last_timeout{0};
};

class LeasesTest : public testing::Test {
  protected:
    LeasesTest() {
        leases_.serve("north", [this] { return north_runs_; });
        leases_.serve("south", [] { return false; });
    }
    void renew() { town_.world.run(leases_.renew()); }
    void pass(Milliseconds span) { town_.world.run(town_.world.sleep(span)); }
    Milliseconds timeout_of_request() {
        (void)town_.world.run(
            guarded_.fetch({.method = "GET", .url = "https://x", .headers = {}, .body = {}}));
        return http_.last_timeout;
    }

    Town town_;
    sim::Workbench workbench_{town_.world};
    Table table_;
    Answering http_;
    bool north_runs_ = false;
    bridge::Leases leases_{table_, workbench_, town_.world, town_.log, {"one", "1", {}}};
    bridge::LedgerWatch watch_{town_.world, town_.log};
    bridge::GuardedHttp guarded_{http_, watch_, &leases_};
};

TEST_F(LeasesTest, ABridgeIsHereWhileItsLeaseCannotHaveEnded) {
    table_.holders = {{"south", "two"}};
    EXPECT_FALSE(leases_.is_here("north"));
    renew();
    EXPECT_TRUE(leases_.is_here("north"));
    EXPECT_FALSE(leases_.is_here("south"));
    EXPECT_EQ(leases_.holder("south"), "two");
    pass(19s);
    EXPECT_TRUE(leases_.is_here("north"));
    table_.is_away = true;
    EXPECT_THROW(renew(), LedgerOutOfReach);
    pass(1s);
    EXPECT_FALSE(leases_.is_here("north"));
    table_.is_away = false;
    renew();
    EXPECT_TRUE(leases_.is_here("north"));
}

TEST_F(LeasesTest, EachRequestEndsBeforeTheLeasesDoOrIsNotSent) {
    EXPECT_EQ(timeout_of_request(), 30s) << "a command has none";
    renew();
    EXPECT_LE(timeout_of_request(), 20s);
    pass(8s);
    EXPECT_LE(timeout_of_request(), 12s);
    pass(3s);
    http_.last_timeout = 0ms;
    EXPECT_THROW(timeout_of_request(), LedgerOutOfReach);
    EXPECT_EQ(http_.last_timeout, 0ms) << "nothing was sent";
    renew();
    EXPECT_GT(timeout_of_request(), 15s);
}

TEST_F(LeasesTest, ABridgeWithARunInHandIsKept) {
    north_runs_ = true;
    renew();
    EXPECT_EQ(table_.kept, std::set<std::string>{"north"});
}

TEST_F(LeasesTest, ABridgeThatNobodyRunsIsAReasonInHealthAndOneThatAnotherRunsIsNot) {
    Process process{town_};
    bridge::RunLog log{town_.log};
    const bridge::Service north{{.interval = 5min, .bridge = "north", .leases = &leases_},
                                process.bridge(),
                                town_.world,
                                log};
    const auto is_unattended = testing::ElementsAre(testing::HasSubstr("no replica runs"));
    EXPECT_THAT(north.errors(), is_unattended);
    table_.holders = {{"north", "two"}};
    renew();
    EXPECT_THAT(north.errors(), testing::IsEmpty());
    table_.holders = {{"north", "one"}};
    renew();
    EXPECT_THAT(north.errors(), testing::Not(is_unattended));
    pass(30s);
    EXPECT_THAT(north.errors(), is_unattended) << "its lease has ended";
}

// A database on which others write too may roll back any transaction.
class RollsBackOne final : public Database {
  public:
    RollsBackOne(sim::World& world, int which) : workbench_{world}, left_{which} {}
    Task<> run(std::function<void()> work) override {
        if (--left_ == 0) throw LedgerOutOfReach{"rolled back"};
        co_await workbench_.run(std::move(work));
    }
    void post(std::function<void()> work) override { work(); }
    bool has_rolled_back() const { return left_ <= 0; }

  private:
    sim::Workbench workbench_;
    int left_;
};

// Otherwise the next run, which finds it done, would report it again.
TEST(LedgerOutOfReachTest, WhatARunDidAndCouldNotSaveItDoesNotReport) {
    bool rolled_back = true;
    for (int which = 1; rolled_back; ++which) {
        Town town;
        town.workload.add_callers(1, 0, town.portal, town.world.now());
        town.publish_calls(1, 4h);
        RollsBackOne database{town.world, which};
        Process process{{town.world, town.clock, town.network, town.log,
                         ledger::backend_at(":memory:"), &database},
                        {}};
        int calls = 0;
        std::size_t contacts = 0;
        const auto sync = [&] {
            const auto report = process.sync(last_week(town));
            contacts += report.contacts_created();
            calls += report.count(bridge::CallResult::synced);
        };
        try {
            sync();
        } catch (const LedgerOutOfReach&) {
            EXPECT_TRUE(database.has_rolled_back());
        }
        rolled_back = database.has_rolled_back();
        if (!rolled_back) continue;
        town.world.run(town.world.sleep(10min));
        sync();
        EXPECT_EQ(town.portal.calls().size(), 1U) << which;
        EXPECT_LE(calls, 1) << which;
        EXPECT_LE(contacts, 1U) << which;
    }
}

// As a replica refuses itself whose leases ended while it was frozen.
TEST(LedgerOutOfReachTest, ARequestThatWasNotSentIsNotCounted) {
    Town town;
    Process process{town};
    town.network.set_faults(
        [](const HttpRequest&) -> sim::Fault { throw LedgerOutOfReach{"it is away"}; });
    EXPECT_THROW(process.sync(), LedgerOutOfReach);
    EXPECT_THROW(town.world.run(process.bridge().setup_properties()), LedgerOutOfReach);
    EXPECT_EQ(process.bridge().parts().receptionist.requests(), 0);
    EXPECT_EQ(process.bridge().parts().client.requests(), 0);
}

// A database whose connections break: a lock is free while whoever lost it still waits for an
// answer.
class LosesLocks final : public ledger::Backend {
  public:
    explicit LosesLocks(const std::string& file) : file_{ledger::backend_at(file)} {}
    ledger::Opened open(ledger::Scope scope, UtcTime now) override {
        return file_->open(std::move(scope), now);
    }
    std::unique_ptr<ledger::Archive> archive(bool is_source) override {
        return file_->archive(is_source);
    }
    std::unique_ptr<ledger::RunLock> try_lock(const std::string&, Database&) override {
        return std::make_unique<ledger::RunLock>();
    }
    bool may_lose_locks() const override { return true; }
    std::unique_ptr<SharedTexts> shared_texts(const std::string& account,
                                              Database& database) override {
        return file_->shared_texts(account, database);
    }

  private:
    const std::shared_ptr<ledger::Backend> file_;
};

TEST(LostLockTest, WhatItsLoserHadSentHasTimeToArriveBeforeItIsWrittenAgain) {
    constexpr sim::ProcessId loser = 1;
    Town town;
    town.workload.add_callers(1, 1, town.portal, town.world.now());
    const Surroundings surroundings{town.world, town.clock, town.network, town.log,
                                    std::make_shared<LosesLocks>(town.ledger_file.location())};
    Process first{surroundings, {}}, second{surroundings, {}};
    first.sync();
    second.sync();
    town.world.run(town.world.sleep(1h));
    town.publish_calls(1, 1h);
    bool is_sent = false;
    town.network.set_faults([&](const HttpRequest& request) {
        if (!request.url.ends_with("/calls/batch/create")) return sim::Fault::none();
        if (std::exchange(is_sent, true)) return sim::Fault::none();
        return sim::Fault{.there = request.timeout + 10s, .ending = sim::Fault::Ending::silent};
    });
    asio::co_spawn(town.world.executor(loser), first.bridge().run({}),
                   [](std::exception_ptr, const bridge::Report&) {});
    while (!is_sent) town.world.run_until(town.world.now() + 10ms);
    town.world.freeze(loser);
    second.sync();
    town.world.run(town.world.sleep(10min));
    second.sync();
    EXPECT_EQ(town.portal.calls().size(), 1U);
}

TEST_F(LeasesTest, WhoHasLeftTakesNothingMore) {
    renew();
    town_.world.run(leases_.leave());
    EXPECT_FALSE(leases_.is_here("north"));
    renew();
    EXPECT_EQ(table_.renewals, 1);
    EXPECT_THAT(table_.holders, testing::IsEmpty());
}

}  // namespace
}  // namespace ringbridge::tests
