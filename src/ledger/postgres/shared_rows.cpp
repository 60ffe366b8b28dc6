#include "ledger/postgres/shared_rows.hpp"

#include <array>
#include <unistd.h>

namespace ringbridge::ledger::postgres {
namespace {

std::string machine() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

}  // namespace

SharedRows::SharedRows(std::shared_ptr<Session> session, const std::string& account,
                       Database& database)
    : session_{std::move(session)}, prefix_{machine() + ' ' + account + ' '}, database_{database} {}

// The table is not logged, so no change waits for a disk. The INSERT locks the row until the
// commit.
Task<> SharedRows::change(std::string name, std::function<std::string(const std::string&)> change) {
    co_await database_.run([&] {
        auto& sql = session_->connection;
        const auto row = prefix_ + name;
        Transaction transaction{sql, "shared texts " + row};
        std::string text;
        sql.run("SELECT text FROM shared_texts WHERE name = $1", row).first(text);
        sql.run(
            "INSERT INTO shared_texts (name, text) VALUES ($1, $2)"
            " ON CONFLICT (name) DO UPDATE SET text = excluded.text",
            row, change(text));
        transaction.commit();
    });
}

}  // namespace ringbridge::ledger::postgres
