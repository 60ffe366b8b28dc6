#include "tests/flow/scratch_ledger.hpp"

#include "core/text.hpp"
#include "tests/postgres/server.hpp"

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace ringbridge::tests {
namespace {

bool are_in_postgres() {
    const auto* kind = std::getenv("LEDGER_OF_TESTS");
    return kind != nullptr && std::string_view{kind} == "postgres" &&
           PostgresServer::is_installed();
}

// With its log, as a snapshot of the disk has it.
void copy_database(const std::string& from, const std::string& to) {
    for (const auto* ending : {"", "-wal"}) {
        std::filesystem::remove(to + ending);
        if (std::filesystem::exists(from + ending)) {
            std::filesystem::copy_file(from + ending, to + ending);
        }
    }
    std::filesystem::remove(to + "-shm");
}

// Of each table of a schema, what it takes to write it: not what is computed.
std::string for_each_table(const std::string& schema, const std::string& statement) {
    return "DO $$ DECLARE named record; BEGIN FOR named IN"
           " SELECT quote_ident(table_name) AS name,"
           " string_agg(quote_ident(column_name), ', ') AS columns"
           " FROM information_schema.columns WHERE table_schema = '" +
           schema + "' AND is_generated = 'NEVER' GROUP BY table_name LOOP EXECUTE format('" +
           statement + "', named.name, named.columns); END LOOP; END $$";
}

const PostgresServer& server() { return PostgresServer::shared(); }

}  // namespace

ScratchLedger::ScratchLedger() : location_{file_.path()} {
    if (!are_in_postgres()) return;
    schema_ = "test_" + stable_hash(file_.path());
    location_ = server().url_of_schema(schema_);
}

void ScratchLedger::remove() {
    if (is_file()) return file_.remove();
    server().run("DROP SCHEMA " + schema_ + " CASCADE; CREATE SCHEMA " + schema_);
}

void ScratchLedger::back_up() {
    if (is_file()) return copy_database(file_.path(), copy_.path());
    const auto copy = schema_ + "_copy";
    server().run("DROP SCHEMA IF EXISTS " + copy + " CASCADE; CREATE SCHEMA " + copy + "; " +
                 for_each_table(schema_, "CREATE TABLE " + copy + ".%1$s AS SELECT %2$s FROM " +
                                             schema_ + ".%1$s"));
}

void ScratchLedger::put_back() {
    if (is_file()) return copy_database(copy_.path(), file_.path());
    const auto copy = schema_ + "_copy";
    server().run(for_each_table(schema_, "DELETE FROM " + schema_ + ".%1$s") + "; " +
                 for_each_table(schema_, "INSERT INTO " + schema_ +
                                             ".%1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s"
                                             " FROM " +
                                             copy + ".%1$s"));
}

}  // namespace ringbridge::tests
