// Moves a ledger to another database. It can be broken off at any time and begun again.
#pragma once

#include "ledger/archive.hpp"

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

namespace ringbridge::ledger {

struct CopiedTable {
    std::string name;
    long long rows = 0;
    std::uint64_t digest = 0;  ///< of all its rows, in any order
    bool operator==(const CopiedTable&) const = default;
};

/// Copies all rows, then reads both ledgers and compares them. `source`: names the source, so that
/// only a copy from it is continued. `note` is called after every few thousand rows with how many
/// there were. The error: why nothing was copied. Throws if they differ.
std::expected<std::vector<CopiedTable>, std::string> copy_ledger(
    Archive& from, Archive& to, const std::string& source,
    const std::function<void(long long)>& note);

}  // namespace ringbridge::ledger
