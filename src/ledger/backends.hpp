// The one place that knows which databases a ledger can be in.
#pragma once

#include "core/secret.hpp"
#include "ledger/backend.hpp"

#include <memory>
#include <string>

namespace ringbridge::ledger {

/// `location`: a file, an SQLite URI (`file:…`), `:memory:`, or a PostgreSQL address
/// (`postgresql://…`), for which `password` may be given apart. Opens nothing yet. Throws
/// WrongSettings if it cannot be understood.
std::shared_ptr<Backend> backend_at(const std::string& location, const Secret& password = {});

}  // namespace ringbridge::ledger
