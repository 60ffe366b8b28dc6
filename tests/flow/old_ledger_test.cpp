// A ledger written by an older program: its rows are kept, and go on through the pipeline.
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <fstream>

namespace ringbridge::tests {
namespace {

using ledger::Stage;
using testing::SizeIs;

void lay_down(const std::string& path, const std::string& sql_file) {
    soci::session sql{soci::sqlite3, path};
    std::ifstream lines{RINGBRIDGE_SOURCE_DIR "/tests/ledgers/" + sql_file};
    ASSERT_TRUE(lines);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("--")) sql << line;
    }
}

TEST(LedgerFile, OfAnOlderProgramKeepsItsRows) {
    Town town;
    lay_down(town.ledger_file.path(), "schema_8.sql");
    Process process{town};
    const auto find = [&](const CallId& id) {
        return town.world.run(process.ledger().find(id)).value();
    };
    EXPECT_EQ(find("c_done").activity_id, "901");
    EXPECT_EQ(find("c_done").given_phone, "");
    EXPECT_EQ(find("c_parked").reason, "the caller withheld the number");
    const auto found =
        town.world.run(process.ledger().list({.state = {}, .text = "jane d", .cursor = {}}));
    EXPECT_THAT(found.entries, SizeIs(3));
    EXPECT_EQ(process.sync().ending, bridge::Ending::done);
    EXPECT_EQ(find("c_done").stage, Stage::done);
    EXPECT_EQ(find("c_seen").stage, Stage::done) << find("c_seen").reason;
    // New features work with old rows.
    EXPECT_TRUE(town.world.run(process.ledger().give_number("c_parked", "+15718308517")));
    process.sync();
    EXPECT_EQ(find("c_parked").stage, Stage::done) << find("c_parked").reason;
    EXPECT_THAT(town.world.run(process.ledger().runs(10)), SizeIs(3));
}

}  // namespace
}  // namespace ringbridge::tests
