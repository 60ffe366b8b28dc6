// The ledger holds people's names and numbers: nobody but its owner may read its files.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge::ledger::sqlite {

/// Whether there is such a file; a special name always is.
bool is_there(const std::string& path);

/// SQLite's name for a database without a file.
inline constexpr std::string_view in_memory = ":memory:";

/// Creates the file with mode 0600 if it does not exist: SQLite would create it readable for all,
/// and gives its -wal and -shm the same mode. Removes others' permissions from an existing file.
/// Returns why it could not (another user's file), as a sentence, or nothing. Leaves SQLite's own
/// names alone (`:memory:`, `file:…`). Throws CannotStart if the file cannot be read and written.
std::string make_private(const std::string& path);

/// The same for a ledger and those of its companion files that exist.
std::string make_ledger_private(const std::string& path);

/// `ledger.db.lock`, or with an account `ledger.db.12345678.lock`; in SQLite's URIs the name ends
/// at the question mark. An in-memory ledger has no companion files: `:memory:` is returned.
std::string path_beside(const std::string& ledger_path, const std::string& account,
                        const std::string& ending);

}  // namespace ringbridge::ledger::sqlite
