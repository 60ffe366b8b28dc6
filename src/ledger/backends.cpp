#include "ledger/backends.hpp"

#include "ledger/sqlite/backend.hpp"

namespace ringbridge::ledger {

std::shared_ptr<Backend> backend_at(const std::string& location) {
    return std::make_shared<sqlite::SqliteBackend>(location);
}

}  // namespace ringbridge::ledger
