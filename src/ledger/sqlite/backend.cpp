#include "ledger/sqlite/backend.hpp"

#include "core/stop.hpp"
#include "ledger/sqlite/archive.hpp"
#include "ledger/sqlite/file_lock.hpp"
#include "ledger/sqlite/migrations.hpp"
#include "ledger/sqlite/private_file.hpp"
#include "ledger/sqlite/store.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace ringbridge::ledger::sqlite {
namespace {

// SQLite's own message for the code, not SOCI's, which contains bound values.
[[noreturn]] void cannot_open(const std::string& path, int code) {
    const std::string why = sqlite_api::sqlite3_errstr(code);
    const auto sentence = "cannot open the ledger " + path + ": " + why;
    if (code == SQLITE_NOTADB) {
        throw WrongSettings{sentence + "; set DATABASE_URL=sqlite:PATH to a ledger or a new file"};
    }
    throw CannotStart{sentence};
}

}  // namespace

Opened SqliteBackend::open(Scope scope, UtcTime now) try {
    auto exposed = make_ledger_private(path_);
    if (!writing_) connect();
    // What opening a bridge writes is written again if a power cut loses it, and is never lost
    // without it: the next commit waits for the disk with all that came before. Ten thousand
    // bridges would wait for half a minute.
    writing_->sql << "PRAGMA synchronous = NORMAL";
    const auto store = std::make_shared<SqliteStore>(writing_, std::move(scope));
    const auto reader = reading_ ? std::make_shared<SqliteStore>(reading_, *store) : store;
    const auto born_at = store->birth(now);
    // FULL: what was saved before an effect must survive a power cut after it.
    writing_->sql << "PRAGMA synchronous = FULL";
    return {store, reader, born_at, std::move(exposed)};
} catch (const soci::sqlite3_soci_error& error) {
    cannot_open(path_, error.result() & 0xFF);  // an extended code's last byte is the plain one
}

void SqliteBackend::connect() {
    auto writing = std::make_shared<Connection>();
    open_shared(writing->sql, path_);
    // Deleted content is overwritten; Debian's SQLite does so by default.
    writing->sql << "PRAGMA secure_delete = ON";
    migrate(writing->sql);
    if (path_ != in_memory) {  // such a database has one connection
        reading_ = std::make_shared<Connection>();
        reading_->sql.open(soci::sqlite3, "db=\"" + path_ + "\" timeout=10");
        reading_->sql << "PRAGMA query_only = ON";
    }
    writing_ = std::move(writing);
}

std::unique_ptr<Archive> SqliteBackend::archive(bool is_source) try {
    if (is_source && !is_there(path_)) {
        throw WrongSettings{"there is no ledger at " + path_};
    }
    make_ledger_private(path_);
    return SqliteArchive::open(path_);
} catch (const soci::sqlite3_soci_error& error) {
    cannot_open(path_, error.result() & 0xFF);
}

std::unique_ptr<RunLock> SqliteBackend::try_lock(const std::string& name, Database&) {
    return try_lock_file(path_beside(path_, name, "lock"));
}

std::unique_ptr<SharedTexts> SqliteBackend::shared_texts(const std::string& account,
                                                         Database& database) {
    if (!shared_) shared_ = std::make_shared<SharedFile>(path_beside(path_, "", "quota"));
    return std::make_unique<SharedFileTexts>(shared_, account, database);
}

}  // namespace ringbridge::ledger::sqlite
