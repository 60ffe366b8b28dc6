// One run at a time on a ledger, across processes. The kernel lets go of the lock with the process
// that held it, however it died: a lock in a table would outlive a kill.
#pragma once

#include <optional>
#include <string>

namespace ringbridge::ledger {

class RunLock {
  public:
    /// Nothing where another process holds it. Throws std::runtime_error where the lock file
    /// beside the ledger cannot be written.
    static std::optional<RunLock> try_take(const std::string& ledger_path);

    RunLock(RunLock&& other) noexcept;
    RunLock& operator=(RunLock&&) = delete;
    ~RunLock();

  private:
    explicit RunLock(int file) : file_{file} {}
    int file_;
};

}  // namespace ringbridge::ledger
