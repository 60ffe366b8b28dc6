#include "ledger/sqlite/run_lock.hpp"

#include "core/stop.hpp"
#include "ledger/sqlite/private_file.hpp"

#include <sqlite3.h>

namespace ringbridge::ledger {

void RunLock::Close::operator()(sqlite3* connection) const { sqlite3_close(connection); }

std::optional<RunLock> RunLock::try_take(const std::string& ledger_path,
                                         const std::string& account) {
    if (ledger_path == ":memory:") return RunLock{nullptr};
    const auto path = path_beside(ledger_path, account, "lock");
    make_private(path);
    sqlite3* opened = nullptr;
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI;
    auto status = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    Connection connection{opened};
    if (status == SQLITE_OK) {
        status = sqlite3_exec(opened, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr);
    }
    if (status == SQLITE_OK) return RunLock{std::move(connection)};
    if (status == SQLITE_BUSY) return std::nullopt;
    throw CannotStart{"cannot lock " + path + ": " + sqlite3_errstr(status) +
                      "; it must be a writable file on a local disk"};
}

}  // namespace ringbridge::ledger
