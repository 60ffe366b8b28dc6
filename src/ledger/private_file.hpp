// The ledger holds people's names and numbers: nobody but its owner may read its files.
#pragma once

#include <string>

namespace ringbridge::ledger {

/// Creates the file readable for its owner alone, where it is not there yet: SQLite would create
/// it readable for all, and gives its -wal and -shm the same rights. Leaves SQLite's own names
/// alone (`:memory:`, `file:…`). Throws std::runtime_error where it cannot be opened.
void create_private_file(const std::string& path);

}  // namespace ringbridge::ledger
