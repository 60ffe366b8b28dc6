#include "ledger/sqlite/connection.hpp"

#include "ledger/sqlite/private_file.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace ringbridge::ledger::sqlite {
namespace {

// SQLite does not wait when it changes the mode of a file that another process has open, as happens
// when two create one together. A transaction does wait; then the mode change is tried again.
void use_wal(soci::session& sql) {
    constexpr int most_tries = 100;
    for (int tries = 1;; ++tries) {
        try {
            sql << "PRAGMA journal_mode = WAL";
            return;
        } catch (const soci::soci_error&) {
            if (tries == most_tries) throw;
        }
        WriteTransaction{sql}.commit();
    }
}

}  // namespace

void open_shared(soci::session& sql, const std::string& path) {
    make_private(path);
    sql.open(soci::sqlite3, "db=\"" + path + "\" timeout=10");
    use_wal(sql);
}

WriteTransaction::~WriteTransaction() {
    if (!open_) return;
    try {
        sql_ << "ROLLBACK";
    } catch (const soci::soci_error&) {
        // The connection is broken, and with it the transaction.
        open_ = false;
    }
}

void WriteTransaction::commit() {
    sql_ << "COMMIT";
    open_ = false;
}

}  // namespace ringbridge::ledger::sqlite
