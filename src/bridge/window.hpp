// How far back a run reads.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <vector>

namespace ringbridge::bridge {

struct WindowMemory {
    std::optional<UtcTime> read_until;  ///< all before this was read
    std::optional<UtcTime> swept_at;    ///< the last time a whole day was read again
};

struct Stretch {
    UtcTime since, until;
};

/// A run nobody gave a window: from `overlap` before the end of the last one; at least once an hour
/// a whole day back, for calls are published minutes to hours late; a day on the first run.
Stretch choose_window(const WindowMemory& memory, Milliseconds overlap, UtcTime now);

/// A long window in stretches of thirty days, oldest first: each that is read need not be read
/// again, where the whole joins what was read before.
std::vector<Stretch> steps_of(Stretch window);

}  // namespace ringbridge::bridge
