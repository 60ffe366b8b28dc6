// One run at a time per ledger, or per account in it, across processes. The lock is SQLite's own on
// a file beside the ledger: the kernel releases it with the process, however that dies, where a
// lock in a table would outlive a kill; and it works on any disk that the ledger works on.
#pragma once

#include <memory>
#include <optional>
#include <string>

struct sqlite3;

namespace ringbridge::ledger {

class RunLock {
  public:
    /// `account` is empty if the ledger serves only one. Nothing if another process holds it.
    /// Throws CannotStart if the lock file beside the ledger cannot be written.
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
