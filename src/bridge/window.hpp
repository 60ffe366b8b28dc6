// How far back a run reads.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <vector>

namespace ringbridge::bridge {

struct WindowMemory {
    std::optional<UtcTime> read_until;   ///< all before this was read, but for the ledger's gaps
    std::optional<UtcTime> day_read_at;  ///< the last time a whole day was read again
};

/// What is remembered of a moment that has not come yet was written under a wrong clock: unknown.
WindowMemory without_future(WindowMemory memory, UtcTime now);

/// A run nobody gave a window: from `overlap` before the end of the last one; at least once an hour
/// a whole day back, for calls are published minutes to hours late; a day on the first run.
TimeRange choose_window(const WindowMemory& memory, Milliseconds overlap, UtcTime now);

/// A long window in steps of thirty days, oldest first: each that is read need not be read again,
/// where the whole joins what was read before.
std::vector<TimeRange> steps_of(TimeRange window);

/// What is left of the window without these ranges, oldest first.
std::vector<TimeRange> without(TimeRange window, std::vector<TimeRange> ranges);

}  // namespace ringbridge::bridge
