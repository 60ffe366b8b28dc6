// The simulated disk under the real SQLite: what survives a kill and a power cut, and which locks
// exclude each other.
#include "sim/world/disk.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <sqlite3.h>

namespace ringbridge::sim {
namespace {

/// A connection of a simulated process.
class Connection {
  public:
    explicit Connection(const Disk::Mount& mount, const std::string& file = "ledger.db") {
        constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI;
        opened_ = sqlite3_open_v2(mount.uri(file).c_str(), &sqlite_, flags, nullptr);
    }
    ~Connection() { close(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool opened() const { return opened_ == SQLITE_OK; }
    int close() { return sqlite3_close(std::exchange(sqlite_, nullptr)); }
    int run(const std::string& sql) {
        return sqlite3_exec(sqlite_, sql.c_str(), nullptr, nullptr, nullptr);
    }
    /// The first result of a query; empty if it fails.
    std::string ask(const std::string& sql) {
        std::string answer;
        const auto note = [](void* into, int, char** values, char**) {
            *static_cast<std::string*>(into) = values[0];
            return 0;
        };
        sqlite3_exec(sqlite_, sql.c_str(), note, &answer, nullptr);
        return answer;
    }
    int count() {
        const auto answer = ask("SELECT COUNT(*) FROM calls");
        return answer.empty() ? -1 : std::stoi(answer);
    }

  private:
    sqlite3* sqlite_ = nullptr;
    int opened_;
};

struct Ways {
    std::string journal = "WAL";
    std::string synchronous = "FULL";
};

bool prepare(Connection& connection, const Ways& ways) {
    return connection.opened() && connection.run("PRAGMA journal_mode = " + ways.journal) == 0 &&
           connection.run("PRAGMA synchronous = " + ways.synchronous) == 0 &&
           connection.run("PRAGMA wal_autocheckpoint = 5") == 0 &&
           connection.run("CREATE TABLE IF NOT EXISTS calls (n INTEGER PRIMARY KEY, text)") == 0;
}

/// Commits up to `wanted` rows, one at a time, while it is alive. Returns how many were confirmed.
int commit_rows(Connection& connection, const Ways& ways, int wanted) {
    if (!prepare(connection, ways)) return 0;
    for (int done = 0; done < wanted; ++done) {
        const auto insert = "INSERT INTO calls VALUES (" + std::to_string(done) +
                            ", hex(zeroblob(" + std::to_string(done % 7 * 700) + ")))";
        if (connection.run(insert) != SQLITE_OK) return done;
    }
    return wanted;
}

struct Found {
    std::string integrity;
    int rows;
    int last;
};

/// What a new process finds on the disk.
Found inspect(Disk& disk, const Ways& ways) {
    const Disk::Mount mount{disk};
    Connection connection{mount};
    prepare(connection, ways);
    return {connection.ask("PRAGMA integrity_check"), connection.count(),
            std::stoi("0" + connection.ask("SELECT COALESCE(MAX(n), -1) + 1 FROM calls"))};
}

Ways any_safe_ways() { return {*rc::gen::element<std::string>("WAL", "DELETE"), "FULL"}; }

RC_GTEST_PROP(DiskPower, CommittedRowsSurviveItsLossAtEveryStep, ()) {
    const auto ways = any_safe_ways();
    Disk disk{*rc::gen::arbitrary<std::uint64_t>()};
    int committed = 0;
    {
        Disk::Mount mount{disk};
        mount.kill_after(*rc::gen::inRange(0, 300));
        Connection connection{mount};
        committed = commit_rows(connection, ways, 20);
        disk.lose_power();
    }
    const auto found = inspect(disk, ways);
    RC_ASSERT(found.integrity == "ok");
    // There may be one more than its process saw confirmed.
    RC_ASSERT(found.rows == committed || found.rows == committed + 1);
    RC_ASSERT(found.last == found.rows);
}

RC_GTEST_PROP(DiskPower, CommittedRowsSurviveManyLosses, ()) {
    Disk disk{*rc::gen::arbitrary<std::uint64_t>()};
    for (int life = 1; life <= 5; ++life) {
        Disk::Mount mount{disk};
        Connection connection{mount};
        RC_ASSERT(prepare(connection, {}));
        for (int i = 0; i < 3; ++i) connection.run("INSERT INTO calls (text) VALUES ('once')");
        disk.lose_power();
        RC_ASSERT(inspect(disk, {}).rows == 3 * life);
    }
}

TEST(DiskPower, RowsThatWereNeverSyncedAreLostForSomeSeeds) {
    int harmed = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Disk disk{seed};
        const Disk::Mount mount{disk};
        Connection connection{mount};
        commit_rows(connection, {"WAL", "OFF"}, 20);
        disk.lose_power();
        const auto found = inspect(disk, {});
        if (found.rows != 20 || found.integrity != "ok") ++harmed;
    }
    EXPECT_GT(harmed, 5);
}

TEST(DiskPower, TheSameSeedLosesTheSame) {
    const auto rows_left = [](std::uint64_t seed) {
        Disk disk{seed};
        const Disk::Mount mount{disk};
        Connection connection{mount};
        commit_rows(connection, {"WAL", "OFF"}, 20);
        disk.lose_power();
        return inspect(disk, {}).rows;
    };
    for (std::uint64_t seed = 0; seed < 10; ++seed) EXPECT_EQ(rows_left(seed), rows_left(seed));
}

TEST(DiskKill, KeepsWhatWasWrittenWithoutASync) {
    Disk disk{1};
    Disk::Mount mount{disk};
    Connection connection{mount};
    EXPECT_EQ(commit_rows(connection, {"WAL", "OFF"}, 20), 20);
    mount.kill();
    const auto found = inspect(disk, {});
    EXPECT_EQ(found.rows, 20);
    EXPECT_EQ(found.integrity, "ok");
}

TEST(DiskKill, AtAnyStepLeavesWholeTransactionsOnly) {
    for (const auto* journal : {"WAL", "DELETE"}) {
        for (int changes = 0; changes < 200; ++changes) {
            Disk disk{1};
            Disk::Mount mount{disk};
            mount.kill_after(changes);
            Connection connection{mount};
            const auto committed = commit_rows(connection, {journal, "FULL"}, 20);
            mount.kill();
            const auto found = inspect(disk, {journal, "FULL"});
            EXPECT_EQ(found.integrity, "ok");
            EXPECT_THAT(found.rows, testing::AnyOf(committed, committed + 1)) << journal << changes;
        }
    }
}

// More than the cache holds, so that the log has pages of a transaction that never commits.
void leave_transaction_open(Connection& connection) {
    connection.run("PRAGMA cache_size = 5");
    connection.run("BEGIN");
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(connection.run("INSERT INTO calls (text) VALUES (hex(zeroblob(3000)))"), 0);
    }
}

TEST(DiskKill, RollsBackTheTransactionUnderWay) {
    for (const auto* journal : {"WAL", "DELETE"}) {
        Disk disk{1};
        Disk::Mount mount{disk};
        Connection connection{mount};
        commit_rows(connection, {journal, "FULL"}, 20);
        leave_transaction_open(connection);
        mount.kill();
        const auto found = inspect(disk, {journal, "FULL"});
        EXPECT_EQ(found.rows, 20) << journal;
        EXPECT_EQ(found.integrity, "ok") << journal;
    }
}

TEST(DiskKill, ADeadConnectionFailsAndIsClosedQuietlyBesideAnOpenOne) {
    for (const auto* journal : {"WAL", "DELETE"}) {
        const Ways ways{journal, "FULL"};
        Disk disk{1};
        Disk::Mount mount{disk};
        const Disk::Mount other{disk};
        Connection dying{mount};
        Connection alive{other};
        commit_rows(dying, ways, 20);
        ASSERT_TRUE(prepare(alive, ways));
        leave_transaction_open(dying);
        mount.kill();
        EXPECT_FALSE(mount.alive());
        EXPECT_NE(dying.run("COMMIT"), SQLITE_OK);
        EXPECT_EQ(alive.run("INSERT INTO calls (text) VALUES ('one more')"), SQLITE_OK);
        EXPECT_EQ(dying.close(), SQLITE_OK);
        EXPECT_EQ(alive.count(), 21);
        EXPECT_EQ(alive.ask("PRAGMA integrity_check"), "ok");
        EXPECT_EQ(inspect(disk, ways).rows, 21);
    }
}

TEST(DiskKill, ADeadProcessOpensNothing) {
    Disk disk{1};
    Disk::Mount mount{disk};
    mount.kill();
    EXPECT_FALSE(Connection{mount}.opened());
    EXPECT_FALSE(disk.exists("ledger.db"));
}

TEST(DiskLocks, TwoProcessesSeeEachOthersCommits) {
    Disk disk{1};
    const Disk::Mount mount{disk}, other{disk};
    Connection one{mount}, two{other};
    commit_rows(one, {}, 3);
    ASSERT_TRUE(prepare(two, {}));
    EXPECT_EQ(two.count(), 3);
    EXPECT_EQ(two.run("INSERT INTO calls (text) VALUES ('two')"), SQLITE_OK);
    EXPECT_EQ(one.count(), 4);
}

TEST(DiskLocks, AllowOneWriterAndManyReadersOfALog) {
    Disk disk{1};
    const Disk::Mount mount{disk}, other{disk};
    Connection one{mount}, two{other};
    commit_rows(one, {}, 3);
    ASSERT_TRUE(prepare(two, {}));
    EXPECT_EQ(one.run("BEGIN IMMEDIATE; DELETE FROM calls"), SQLITE_OK);
    EXPECT_EQ(two.run("BEGIN IMMEDIATE"), SQLITE_BUSY);
    EXPECT_EQ(two.count(), 3);
    EXPECT_EQ(one.run("COMMIT"), SQLITE_OK);
    EXPECT_EQ(two.count(), 0);
}

TEST(DiskLocks, WaitingForABusyOneCostsNoTime) {
    Disk disk{1};
    const Disk::Mount mount{disk}, other{disk};
    Connection one{mount}, two{other};
    EXPECT_EQ(one.run("BEGIN EXCLUSIVE"), SQLITE_OK);
    EXPECT_EQ(two.run("PRAGMA busy_timeout = 3600000; BEGIN EXCLUSIVE"), SQLITE_BUSY);
}

TEST(DiskLocks, AreFreeAfterTheirProcessDied) {
    Disk disk{1};
    Disk::Mount mount{disk};
    const Disk::Mount other{disk};
    Connection one{mount}, two{other};
    EXPECT_EQ(one.run("BEGIN EXCLUSIVE"), SQLITE_OK);
    EXPECT_EQ(two.run("BEGIN EXCLUSIVE"), SQLITE_BUSY);
    mount.kill();
    EXPECT_EQ(two.run("BEGIN EXCLUSIVE"), SQLITE_OK);
}

TEST(DiskLocks, AWriterWaitsForReadersAndKeepsNewOnesOut) {
    Disk disk{1};
    const Disk::Mount mount{disk};
    Connection reader{mount}, writer{mount}, late{mount};
    commit_rows(writer, {"DELETE", "FULL"}, 3);
    EXPECT_EQ(reader.run("BEGIN; SELECT * FROM calls"), SQLITE_OK);
    EXPECT_EQ(writer.run("BEGIN IMMEDIATE; DELETE FROM calls"), SQLITE_OK);
    EXPECT_EQ(writer.run("COMMIT"), SQLITE_BUSY);
    EXPECT_EQ(late.run("SELECT * FROM calls"), SQLITE_BUSY);
    EXPECT_EQ(reader.run("COMMIT"), SQLITE_OK);
    EXPECT_EQ(writer.run("COMMIT"), SQLITE_OK);
    EXPECT_EQ(late.count(), 0);
}

TEST(DiskFiles, ARemovedDatabaseStartsEmpty) {
    Disk disk{1};
    Disk::Mount mount{disk};
    Connection connection{mount};
    commit_rows(connection, {}, 3);
    mount.kill();
    EXPECT_TRUE(disk.exists("ledger.db-wal"));
    disk.remove("ledger.db");
    EXPECT_FALSE(disk.exists("ledger.db"));
    EXPECT_FALSE(disk.exists("ledger.db-wal"));
    EXPECT_EQ(inspect(disk, {}).rows, 0);
}

TEST(DiskFiles, AreSeparateOnTwoDisks) {
    Disk disk{1}, other{1};
    const Disk::Mount mount{disk}, other_mount{other};
    Connection connection{mount}, other_connection{other_mount};
    commit_rows(connection, {}, 3);
    commit_rows(other_connection, {}, 5);
    EXPECT_EQ(connection.count(), 3);
    EXPECT_EQ(other_connection.count(), 5);
}

}  // namespace
}  // namespace ringbridge::sim
