#include "ledger/sqlite/file_lock.hpp"

#include "core/stop.hpp"
#include "ledger/sqlite/private_file.hpp"

#include <sqlite3.h>

namespace ringbridge::ledger::sqlite {
namespace {

struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};
using Connection = std::unique_ptr<sqlite3, Close>;

/// Held by an open transaction.
class FileLock : public RunLock {
  public:
    explicit FileLock(Connection connection) : connection_{std::move(connection)} {}

  private:
    Connection connection_;
};

}  // namespace

std::unique_ptr<RunLock> try_lock_file(const std::string& path) {
    if (path == in_memory) return std::make_unique<FileLock>(nullptr);
    make_private(path);
    sqlite3* opened = nullptr;
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI;
    auto status = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    Connection connection{opened};
    if (status == SQLITE_OK) {
        status = sqlite3_exec(opened, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr);
    }
    if (status == SQLITE_OK) return std::make_unique<FileLock>(std::move(connection));
    if (status == SQLITE_BUSY) return nullptr;
    throw CannotStart{"cannot lock " + path + ": " + sqlite3_errstr(status) +
                      "; it must be a writable file on a local disk"};
}

}  // namespace ringbridge::ledger::sqlite
