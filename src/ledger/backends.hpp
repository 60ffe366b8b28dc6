// The one place that knows which databases a ledger can be in.
#pragma once

#include "ledger/backend.hpp"

#include <memory>
#include <string>

namespace ringbridge::ledger {

/// `location`: a file, an SQLite URI (`file:…`) or `:memory:`. Opens nothing yet.
std::shared_ptr<Backend> backend_at(const std::string& location);

}  // namespace ringbridge::ledger
