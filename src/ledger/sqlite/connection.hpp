// An SQLite file that several processes share: opened, and changed in transactions. Private to this
// folder.
#pragma once

#include "ledger/sqlite/statements.hpp"

#include <soci/soci.h>

#include <string>

namespace ringbridge::ledger::sqlite {

/// Opens it with a write-ahead log; creates it with mode 0600.
void open_shared(soci::session& sql, const std::string& path);

/// One for all bridges of a process, to be used on one thread: each takes memory and descriptors.
struct Connection {
    soci::session sql;
    Statements statements{sql};
};

/// Takes the write lock when it begins, waiting for it if necessary. One that reads first and
/// writes later fails at once if another process wrote in between (SQLITE_BUSY_SNAPSHOT).
class WriteTransaction {
  public:
    explicit WriteTransaction(soci::session& sql) : sql_{sql} { sql_ << "BEGIN IMMEDIATE"; }
    ~WriteTransaction();
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;
    void commit();

  private:
    soci::session& sql_;
    bool open_ = true;
};

}  // namespace ringbridge::ledger::sqlite
