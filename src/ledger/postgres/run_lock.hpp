// The run locks of a process: advisory locks of its session, which the server frees with it.
// Private to this folder.
//
// The session that holds them is the one that the ledger is written over. So whoever loses a lock
// loses the connection, and nothing that a run then writes can arrive after another has the lock.
#pragma once

#include "ledger/backend.hpp"
#include "ports/database.hpp"

#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace ringbridge::ledger::postgres {

class Connection;

class Locks : public std::enable_shared_from_this<Locks> {
  public:
    /// Null if the name is locked, here or in another process. Throws as `check` does. On the
    /// thread of `connection`, which is `database`'s.
    std::unique_ptr<RunLock> try_lock(const std::string& name, Connection& connection,
                                      Database& database);

    /// The session has ended: whoever holds a lock has lost it, and writes nothing more.
    void note_lost();
    /// Throws LedgerOutOfReach while there is one who has lost a lock.
    void check() const;

    /// A lock's owner is done with it. On any thread.
    void let_go(const std::string& name);
    /// The connection will be gone.
    void close();

  private:
    void release(const std::string& name);

    mutable std::mutex mutex_;
    std::set<std::string> held_, lost_;
    Connection* connection_ = nullptr;
    Database* database_ = nullptr;
};

}  // namespace ringbridge::ledger::postgres
