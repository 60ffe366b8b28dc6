// A time as the tables of every backend store it: Unix milliseconds, 0 for none.
#pragma once

#include "core/time.hpp"

#include <optional>

namespace ringbridge::ledger {

inline long long moment(const std::optional<UtcTime>& time) { return time ? to_unix_ms(*time) : 0; }

inline std::optional<UtcTime> moment(long long ms) {
    if (ms == 0) return std::nullopt;
    return from_unix_ms(ms);
}

}  // namespace ringbridge::ledger
