// How far back a run reads. Older calls are reread in quiet runs: reread.hpp.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <vector>

namespace ringbridge::bridge {

struct WindowMemory {
    std::optional<UtcTime> read_until;   ///< all before this was read, except the ledger's gaps
    std::optional<UtcTime> day_read_at;  ///< the last time a whole day was read
};

/// Drops times in the future: they were stored under a wrong clock.
WindowMemory without_future(WindowMemory memory, UtcTime now);

/// The window of a run that was given none: from `overlap` before the end of the last one; at least
/// once an hour a whole day back, as calls are published minutes to hours late; a day on the first
/// run.
TimeRange choose_window(const WindowMemory& memory, Milliseconds overlap, UtcTime now);

/// A long window in steps of thirty days, oldest first: a step that was read need not be read
/// again if the whole adjoins what was read before.
std::vector<TimeRange> steps_of(TimeRange window);

/// What is left of the window without these ranges, oldest first.
std::vector<TimeRange> without(TimeRange window, std::vector<TimeRange> ranges);

}  // namespace ringbridge::bridge
