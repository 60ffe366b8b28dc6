// The tables, as an ordered list of steps. A step that has been released is never changed.
#pragma once

#include <span>
#include <string_view>

namespace ringbridge::ledger::sqlite {

/// One statement each: SOCI's SQLite backend runs only the first of several, silently. The number
/// of steps applied to a file is its schema version.
std::span<const std::string_view> migrations();

}  // namespace ringbridge::ledger::sqlite
