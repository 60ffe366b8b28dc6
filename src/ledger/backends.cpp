#include "ledger/backends.hpp"

#include "ledger/postgres/backend.hpp"
#include "ledger/sqlite/backend.hpp"

namespace ringbridge::ledger {

std::shared_ptr<Backend> backend_at(const std::string& location, const Secret& password) {
    if (location.starts_with("postgres:") || location.starts_with("postgresql:")) {
        return std::make_shared<postgres::PostgresBackend>(Secret{location}, password);
    }
    return std::make_shared<sqlite::SqliteBackend>(location);
}

}  // namespace ringbridge::ledger
