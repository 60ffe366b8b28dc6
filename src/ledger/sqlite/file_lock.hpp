// A run lock is SQLite's own lock on a file beside the ledger: the kernel releases it with the
// process, however that dies, where a lock in a table would outlive a kill; and it works on any
// disk that the ledger works on.
#pragma once

#include "ledger/backend.hpp"

#include <memory>
#include <string>

namespace ringbridge::ledger::sqlite {

/// Null if it is held, here or in another process. That of an in-memory ledger is always free.
/// Throws CannotStart if the file cannot be written.
std::unique_ptr<RunLock> try_lock_file(const std::string& path);

}  // namespace ringbridge::ledger::sqlite
