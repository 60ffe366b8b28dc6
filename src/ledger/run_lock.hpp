// One run at a time on a ledger, or on one account of several in it, across processes. The lock is
// SQLite's own on a file beside the ledger: the kernel lets go of it with the process that held it,
// however it died, where a lock in a table would outlive a kill; and it works on whatever disk the
// ledger does.
#pragma once

#include <memory>
#include <optional>
#include <string>

struct sqlite3;

namespace ringbridge::ledger {

class RunLock {
  public:
    /// `account` is empty where the ledger serves only one. Nothing where another holds it. Throws
    /// CannotStart where the lock file beside the ledger cannot be written.
    static std::optional<RunLock> try_take(const std::string& ledger_path,
                                           const std::string& account = "");

  private:
    struct Close {
        void operator()(sqlite3* connection) const;
    };
    using Connection = std::unique_ptr<sqlite3, Close>;

    explicit RunLock(Connection connection) : connection_{std::move(connection)} {}
    Connection connection_;
};

}  // namespace ringbridge::ledger
