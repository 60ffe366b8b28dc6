// A database that can hold ledgers. Each backend is a folder beside this file, and a line in
// backends.cpp.
#pragma once

#include "ledger/archive.hpp"
#include "ledger/replicas.hpp"
#include "ledger/store.hpp"
#include "ports/database.hpp"
#include "ports/shared_texts.hpp"

#include <memory>
#include <string>

namespace ringbridge::ledger {

/// A lock that is held until its owner destroys it or its process ends, however that ends.
class RunLock {
  public:
    RunLock() = default;
    virtual ~RunLock() = default;
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;
};

/// One bridge's ledger, opened.
struct Opened {
    std::shared_ptr<Store> store;
    /// For people's queries, which nothing waits for and which write nothing: another connection.
    /// The same store if the database allows only one.
    std::shared_ptr<Store> reader;
    UtcTime born_at;      ///< when the bridge's ledger was created
    std::string exposed;  ///< why others than its owner may read it; empty if they may not
};

class Backend {
  public:
    Backend() = default;
    virtual ~Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    /// Creates or migrates the tables. `now`: the birth of a new ledger. Throws CannotStart or
    /// WrongSettings with what to do.
    virtual Opened open(Scope scope, UtcTime now) = 0;

    /// All of it, for a copy; null while a program uses it. `is_source`: it must exist already.
    virtual std::unique_ptr<Archive> archive(bool is_source) = 0;

    /// Locks a name for this process: an account's, or the empty one of a ledger that serves only
    /// one. Null if it is held, here or in another process; it does not wait. To be called on the
    /// thread of `database`, on which it is also freed. Throws CannotStart if locking is not
    /// possible.
    virtual std::unique_ptr<RunLock> try_lock(const std::string& name, Database& database) = 0;

    /// Whether a lock may be lost by a process that lives on: it ends with a connection.
    virtual bool may_lose_locks() const { return false; }

    /// The texts that all processes on the ledger share, of one account or, without, of all.
    /// `database` runs their work. Opened on first use.
    virtual std::unique_ptr<SharedTexts> shared_texts(const std::string& account,
                                                      Database& database) = 0;

    /// Null: a single process runs the bridges. To be used on the thread of `try_lock`.
    virtual Replicas* replicas() { return nullptr; }
};

}  // namespace ringbridge::ledger
