// What an error of PostgreSQL means for whoever was using it. Private to this folder.
#pragma once

#include "core/stop.hpp"

#include <string>

namespace ringbridge::ledger::postgres {

/// A copy of the ledger is under way, or, for a copy, a program uses it.
struct LedgerInUse : LedgerOutOfReach {
    LedgerInUse() : LedgerOutOfReach{"the ledger is being copied to another database"} {}
};

/// What a database said: its five-character code (postgresql.org/docs/15/errcodes-appendix.html),
/// empty if none came, and its first line, which contains no values of rows.
struct Complaint {
    std::string code;
    std::string message;
};

/// A connection could not be made. Throws CredentialsRefused, WrongSettings, or, if it may work
/// later, LedgerOutOfReach.
[[noreturn]] void cannot_connect(const Complaint& complaint);

/// A statement failed. Throws LedgerOutOfReach if the same statement may work later, WrongSettings
/// if a right is missing, else std::runtime_error.
[[noreturn]] void statement_failed(const Complaint& complaint);

/// As above, for a connection that broke or that no answer came over.
[[noreturn]] void connection_lost(const std::string& why);

}  // namespace ringbridge::ledger::postgres
