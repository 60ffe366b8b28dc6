// What is true of a ledger in PostgreSQL only: its errors, its locks, and a database that is away.
#include "core/stop.hpp"
#include "core/text.hpp"
#include "ledger/backends.hpp"
#include "ledger/copy.hpp"
#include "ledger/ledger.hpp"
#include "sim/world/world.hpp"
#include "tests/flow/scratch_file.hpp"
#include "tests/postgres/server.hpp"

#include <gmock/gmock.h>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using ledger::backend_at;
using ledger::Ledger;
using ledger::Scope;
using ledger::Stage;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const UtcTime start = *parse_utc("2026-11-23T09:00:00Z");

class Postgres : public testing::Test {
  protected:
    void SetUp() override {
        if (!PostgresServer::is_installed()) {
            GTEST_SKIP() << "PostgreSQL is not installed: apt-get install postgresql-15";
        }
        schema_ = "test_" + stable_hash(file_.path());
        url_ = PostgresServer::shared().url_of_schema(schema_);
    }
    template <class T>
    T ask(Task<T> task) {
        return world_.run(std::move(task));
    }
    void ask(Task<> task) { world_.run(std::move(task)); }
    std::unique_ptr<Ledger> open(const std::string& url, Scope scope = {}) {
        return std::make_unique<Ledger>(backend_at(url), std::move(scope), workbench_, start);
    }
    template <class Refusal>
    std::string refusal_of(const std::string& url, const std::string& password = "") {
        try {
            const Ledger opened{backend_at(url, Secret{password}), {}, workbench_, start};
        } catch (const Refusal& refusal) {
            return refusal.what();
        } catch (const std::exception& other) {
            return std::string{"another exception: "} + other.what();
        }
        return "opened";
    }
    std::string in_schema(const std::string& statement) const {
        return server().run("SET search_path = " + schema_ + "; " + statement);
    }
    static const PostgresServer& server() { return PostgresServer::shared(); }

    sim::World world_{1, start};
    sim::Workbench workbench_{world_};
    ScratchFile file_;
    std::string schema_, url_;
};

Call call_of(const CallId& id) {
    return {.id = id, .called_at = start - 1h, .caller_phone = "(571) 830-8515"};
}

TEST_F(Postgres, KeepsAnyBytesOfAPlatform) {
    const auto ledger = open(url_);
    const auto bytes = "a\0b\xff\xc3(\x1a\xed\xa0\x80 ok \xf0\x9f\x98\x80"s;
    for (const auto& id : {CallId{bytes}, CallId{std::string(5'000, 'x')}}) {
        auto call = call_of(id);
        EXPECT_EQ(ask(ledger->record({call}, {{CallId{"raw"}, bytes, bytes}}, start)).at(id),
                  Stage::seen);
        EXPECT_EQ(ask(ledger->stages({id})).at(id), Stage::seen);
        EXPECT_TRUE(ask(ledger->find(id)));
        EXPECT_EQ(ask(ledger->find("raw"))->raw, bytes);
        EXPECT_EQ(ask(ledger->find("raw"))->reason, bytes);
        ask(ledger->know_tasks({{id, {"t_1", {}}}}));
        EXPECT_EQ(ask(ledger->known_tasks({id})).at(id).task_id, "t_1");
    }
    ask(ledger->remember("bytes", bytes));
    EXPECT_EQ(ask(ledger->recall("bytes")), bytes);
}

TEST_F(Postgres, AReasonOfAnyLengthIsKept) {
    const auto ledger = open(url_);
    ask(ledger->record({call_of("c_1")}, {}, start));
    auto entry = ask(ledger->find("c_1")).value();
    entry.stage = Stage::parked;
    entry.reason = std::string(20'000, 'r');
    ask(ledger->save({entry}));
    EXPECT_EQ(ask(ledger->find("c_1"))->reason, entry.reason);
    EXPECT_EQ(ask(ledger->count_by_state()).at("parked"), 1);
}

std::string with(std::string url, const std::string& part, const std::string& other) {
    return url.replace(url.find(part), part.size(), other);
}

TEST_F(Postgres, ARefusedPasswordIsCalledThatAndNotShown) {
    const auto wrong = with(url_, "only-for-tests", "hunter2");
    EXPECT_THAT(refusal_of<CredentialsRefused>(wrong),
                testing::AllOf(HasSubstr("DATABASE_PASSWORD"), Not(HasSubstr("hunter2"))));
    EXPECT_EQ(refusal_of<CredentialsRefused>(wrong, "only-for-tests"), "opened");
    EXPECT_THAT(refusal_of<CredentialsRefused>(url_, "hunter2"), Not(HasSubstr("hunter2")));
}

TEST_F(Postgres, SettingsThatCannotWorkAreCalledThat) {
    EXPECT_THAT(refusal_of<WrongSettings>(url_ + "&sslmode=require"), HasSubstr("TLS"));
    EXPECT_THAT(refusal_of<WrongSettings>(with(url_, "/postgres?", "/missing?")),
                HasSubstr("missing"));
    EXPECT_THAT(refusal_of<WrongSettings>("postgresql://u:hunter%2@h/d"), Not(HasSubstr("unter")));
    server().run("CREATE ROLE reader_" + schema_ + " LOGIN PASSWORD 'x'; ALTER ROLE reader_" +
                 schema_ + " SET default_transaction_read_only = on");
    EXPECT_THAT(
        refusal_of<WrongSettings>(with(url_, "tester:only-for-tests", "reader_" + schema_ + ":x")),
        HasSubstr("read-only"));
    server().run("ALTER ROLE reader_" + schema_ + " SET default_transaction_read_only = off");
    EXPECT_THAT(
        refusal_of<WrongSettings>(with(url_, "tester:only-for-tests", "reader_" + schema_ + ":x")),
        HasSubstr("DATABASE_URL"));
}

TEST_F(Postgres, SomebodyElsesTablesAreLeftAlone) {
    in_schema("CREATE TABLE invoices (id integer)");
    EXPECT_THAT(refusal_of<WrongSettings>(url_), HasSubstr("invoices"));
    EXPECT_EQ(in_schema("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                        " current_schema()::regnamespace"),
              "1");
}

TEST_F(Postgres, ANewerProgramsTablesAreUsedIfThisOneCanWorkWithThem) {
    EXPECT_EQ(refusal_of<WrongSettings>(url_), "opened");
    in_schema("UPDATE ringbridge SET version = 1000");
    EXPECT_EQ(refusal_of<WrongSettings>(url_), "opened");
    in_schema("UPDATE ringbridge SET oldest_user = 1000");
    EXPECT_THAT(refusal_of<WrongSettings>(url_), HasSubstr("newer ringbridge"));
}

TEST_F(Postgres, AnUnreachableServerIsOutOfReach) {
    EXPECT_THAT(refusal_of<LedgerOutOfReach>("postgresql://u:hunter2@127.0.0.1:1/d"),
                testing::AllOf(HasSubstr("refused"), Not(HasSubstr("hunter2"))));
}

TEST_F(Postgres, AnIdleConnectionThatWasCutIsMadeAgain) {
    const auto ledger = open(url_);
    ask(ledger->record({call_of("c_1")}, {}, start));
    server().run(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND application_name = 'ringbridge'");
    EXPECT_EQ(ask(ledger->find("c_1"))->stage, Stage::seen);
    EXPECT_EQ(ask(ledger->count_by_state()).at("pending"), 1);
}

TEST_F(Postgres, AServerThatDiedIsNotWaitedForAndIsThereAgainOnceItAnswers) {
    PostgresServer own;
    const auto ledger = open(own.url());
    own.control("stop");
    EXPECT_THROW(ask(ledger->recall("x")), LedgerOutOfReach);
    EXPECT_THROW(ask(ledger->check()), LedgerOutOfReach);
    own.control("again");
    EXPECT_THROW(ask(ledger->recall("x")), LedgerOutOfReach) << "until somebody checks";
    ask(ledger->check());
    ask(ledger->remember("x", "y"));
    EXPECT_EQ(ask(ledger->recall("x")), "y");
}

TEST_F(Postgres, AServerThatHangsIsGivenUp) {
    PostgresServer own;
    const auto ledger = open(own.url());
    own.control("freeze");
    EXPECT_THROW(ask(ledger->recall("x")), LedgerOutOfReach);
    EXPECT_THROW(ask(ledger->check()), LedgerOutOfReach);
    own.control("thaw");
    ask(ledger->check());
}

TEST_F(Postgres, WhoLostTheRunLockWritesNothingMore) {
    const auto ledger = open(url_);
    auto other = open(url_);
    auto lock = ask(ledger->try_lock(""));
    ASSERT_TRUE(lock);
    ask(ledger->record({call_of("c_1")}, {}, start));
    server().run(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory'"
        " AND mode = 'ExclusiveLock'");
    ASSERT_TRUE(ask(other->try_lock(""))) << "the server freed it";
    auto entry = ask(ledger->find("c_1")).value();
    entry.stage = Stage::matched;
    EXPECT_THROW(ask(ledger->save({entry})), LedgerOutOfReach);
    EXPECT_THROW(ask(ledger->remember("x", "y")), LedgerOutOfReach);
    EXPECT_TRUE(ask(ledger->dismiss("c_1", ""))) << "a person needs no lock";
    EXPECT_THROW(ask(ledger->try_lock("")), LedgerOutOfReach);
    EXPECT_THROW(ask(ledger->check()), LedgerOutOfReach) << "until then its run may send nothing";
    lock.reset();
    ask(ledger->check());
    ask(ledger->remember("x", "y"));
    EXPECT_TRUE(ask(ledger->try_lock("")));
}

// --- Replicas ------------------------------------------------------------------------------------

class Replicas : public Postgres {
  protected:
    /// A process with two bridges.
    struct Process {
        Process(Replicas& test, const std::string& name, const std::string& birth = "1")
            : backend{backend_at(test.url_)},
              ledger{backend, {}, test.workbench_, start},
              replica{name, birth, {"north", "south"}} {}
        ledger::Holders renew(const std::set<std::string>& in_use = {}, Milliseconds span = 1min) {
            return backend->replicas()->renew(replica, in_use, span);
        }
        std::shared_ptr<ledger::Backend> backend;
        Ledger ledger;
        ledger::Replica replica;
    };
    void SetUp() override {
        Postgres::SetUp();
        if (!IsSkipped()) EXPECT_EQ(refusal_of<WrongSettings>(url_), "opened");
    }
    void end_lease(const std::string& name) {
        in_schema(
            "UPDATE replicas SET alive_until = clock_timestamp() - interval '1 ms'"
            " WHERE name = '" +
            name + "' RETURNING 1");
    }
};

TEST_F(Replicas, ShareTheBridges) {
    Process one{*this, "one"}, two{*this, "two"};
    EXPECT_THAT(one.renew(), UnorderedElementsAre(Pair("north", "one"), Pair("south", "one")));
    EXPECT_THAT(two.renew(), SizeIs(2)) << "taken from nobody who lives";
    EXPECT_THAT(one.renew({"north"}), ElementsAre(Pair("north", "one")));
    EXPECT_THAT(two.renew(), UnorderedElementsAre(Pair("north", "one"), Pair("south", "two")));
    EXPECT_EQ(one.renew(), two.renew());
}

TEST_F(Replicas, OneThatLeavesFreesItsBridgesAtOnce) {
    Process one{*this, "one"}, two{*this, "two"};
    one.renew();
    one.backend->replicas()->leave(one.replica);
    EXPECT_THAT(two.renew(), UnorderedElementsAre(Pair("north", "two"), Pair("south", "two")));
}

TEST_F(Replicas, WhoseLeaseEndedLosesItsRunLocksAndWritesNothingMore) {
    Process frozen{*this, "frozen"}, other{*this, "other"};
    frozen.renew();
    auto lock = ask(frozen.ledger.try_lock(""));
    ASSERT_TRUE(lock);
    ask(frozen.ledger.record({call_of("c_1")}, {}, start));
    auto entry = ask(frozen.ledger.find("c_1")).value();
    entry.stage = Stage::matched;
    EXPECT_FALSE(ask(other.ledger.try_lock("")));
    end_lease("frozen");
    EXPECT_THAT(other.renew(),
                UnorderedElementsAre(Pair("north", "other"), Pair("south", "other")));
    std::unique_ptr<ledger::RunLock> taken;
    // The server ends a session in its time.
    for (int tries = 0; tries < 5'000 && !taken; ++tries) taken = ask(other.ledger.try_lock(""));
    ASSERT_TRUE(taken);
    EXPECT_THROW(ask(frozen.ledger.save({entry})), LedgerOutOfReach);
    EXPECT_THROW(ask(frozen.ledger.check()), LedgerOutOfReach);
    lock.reset();
    ask(frozen.ledger.check());
    EXPECT_THAT(frozen.renew(), Each(Pair(testing::_, "other"))) << "it has none, but lives";
}

TEST_F(Replicas, WhoIsLateLosesNothingThatNobodyTook) {
    Process one{*this, "one"};
    one.renew();
    const auto lock = ask(one.ledger.try_lock(""));
    end_lease("one");
    EXPECT_THAT(one.renew(), SizeIs(2));
    ask(one.ledger.remember("x", "y"));
}

TEST_F(Replicas, ANameIsOneProcesss) {
    auto first = std::make_unique<Process>(*this, "one", "1");
    first->renew();
    Process second{*this, "one", "2"};
    EXPECT_THROW(second.renew(), LedgerOutOfReach);
    EXPECT_THAT(first->renew(), SizeIs(2));
    first.reset();
    ledger::Holders holders;
    for (int tries = 0; tries < 5'000 && holders.empty(); ++tries) {
        try {
            holders = second.renew();
        } catch (const LedgerOutOfReach&) {  // until the server has seen that the first has ended
        }
    }
    EXPECT_THAT(holders, SizeIs(2)) << "one that was killed is started again";
}

// --- Copies --------------------------------------------------------------------------------------

class LedgerCopy : public Postgres {
  protected:
    void fill(const std::string& location) {
        Ledger ledger{backend_at(location), {"main", "123", "goodcall_"}, workbench_, start};
        std::vector<Call> calls;
        for (int i = 0; i < 1'234; ++i) calls.push_back(call_of(CallId{"c_" + std::to_string(i)}));
        calls.push_back(call_of(CallId{std::string(2'000, 'x')}));
        ask(ledger.record(calls, {{CallId{"odd"}, std::string{"a\xff"}, "no time"}}, start));
        auto entries = ask(ledger.due(start, 10));
        for (auto& entry : entries) entry.stage = Stage::done;
        ask(ledger.save(entries));
        ask(ledger.know_contacts({{{"+15718308515", "1"}, {"501", start}}}));
        ask(ledger.meet_contacts({{"501", 3}}));
        ask(ledger.begin_merges({{.keep = "9", .loser = "502"}, {.keep = "8", .loser = "500"}}));
        ask(ledger.know_tasks({{"c_1", {"t_1", {}}}}));
        ask(ledger.replace_gaps({start - 1h, start},
                                {{{start - 1h, start}, start, "why", 2, start}}));
        ask(ledger.save_run("run_1", start, "{}"));
    }
    static auto copy(
        const std::string& from, const std::string& to,
        const std::function<void(long long)>& note = [](long long) {}) {
        const auto source = backend_at(from)->archive(true);
        const auto target = backend_at(to)->archive(false);
        if (!source || !target) throw std::runtime_error{"in use"};
        return copy_ledger(*source, *target, from, note);
    }
};

TEST_F(LedgerCopy, KnowsEveryTableAndColumn) {
    EXPECT_EQ(refusal_of<WrongSettings>(url_), "opened");
    std::set<std::string> columns;
    for (const auto& table : ledger::archive_tables()) {
        for (const auto& column : table.columns) columns.insert(table.name + '.' + column.name);
    }
    std::string all;
    for (const auto& column : columns) all += column + ' ';
    EXPECT_EQ(
        in_schema("SELECT string_agg(table_name || '.' || column_name || ' ', '' ORDER BY"
                  " (table_name || '.' || column_name) COLLATE \"C\")"
                  " FROM information_schema.columns WHERE table_schema = current_schema()"
                  " AND is_generated = 'NEVER'"
                  " AND table_name NOT IN ('ringbridge', 'shared_texts', 'replicas', 'leases')"),
        all);
}

TEST_F(LedgerCopy, TakesEverythingThereAndBack) {
    fill(file_.path());
    const auto there = copy(file_.path(), url_);
    ASSERT_TRUE(there) << there.error();
    const ScratchFile second;
    const auto back = copy(url_, second.path());
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(*there, *back);
    Ledger ledger{backend_at(url_), {"main", "", "goodcall_"}, workbench_, start};
    EXPECT_EQ(ledger.born_at(), start);
    EXPECT_EQ(ask(ledger.count_by_state()).at("synced"), 10);
    EXPECT_EQ(ask(ledger.count_by_state()).at("pending"), 1'225);
    EXPECT_EQ(ask(ledger.open_merges()).at(0).loser, "502");
    EXPECT_EQ(ask(ledger.histories({"501"})).at("501").base, 3);
    EXPECT_EQ(ask(ledger.list({.state = {}, .text = "c_1233", .cursor = {}})).entries.size(), 1U);
    ask(ledger.begin_merges({{.keep = "7", .loser = "1"}}));
    EXPECT_EQ(ask(ledger.open_merges()).back().loser, "1");
}

TEST_F(LedgerCopy, IsContinuedAfterItWasBrokenOffAndNothingOpensItsTargetMeanwhile) {
    struct BrokenOff {};
    fill(file_.path());
    const auto break_off = [](long long rows) {
        if (rows > 600) throw BrokenOff{};
    };
    EXPECT_THROW((void)copy(file_.path(), url_, break_off), BrokenOff);
    EXPECT_THAT(refusal_of<WrongSettings>(url_), HasSubstr("ledger copy"));
    const ScratchFile other;
    fill(other.path());
    EXPECT_FALSE(copy(other.path(), url_)) << "another source";
    const auto continued = copy(file_.path(), url_);
    ASSERT_TRUE(continued) << continued.error();
    EXPECT_EQ(refusal_of<WrongSettings>(url_), "opened");
    EXPECT_FALSE(copy(file_.path(), url_)) << "it is not empty now";
}

TEST_F(LedgerCopy, IsRefusedWhileAProgramUsesTheSource) {
    for (const auto& location : {file_.path(), url_}) {
        const Ledger used{backend_at(location), {}, workbench_, start};
        EXPECT_EQ(backend_at(location)->archive(true), nullptr) << location;
    }
    for (const auto& location : {file_.path(), url_}) {
        EXPECT_NE(backend_at(location)->archive(true), nullptr) << location;
    }
    EXPECT_THROW((void)backend_at(file_.path() + "missing")->archive(true), WrongSettings);
}

}  // namespace
}  // namespace ringbridge::tests
