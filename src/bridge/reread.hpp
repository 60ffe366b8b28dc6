// Older calls, read again: a platform may list a call days after it was made, or correct it then.
//
// The last day is read again every hour by the ordinary window. What lies before is read again in
// passes, newest first and a part at a time, at the end of runs that had nothing else to do, so
// that nobody waits for it: the last week each day, all of SYNC_DEPTH each week. How far a pass is,
// is kept in the ledger: a restart goes on with it.
#pragma once

#include "core/time.hpp"

#include <array>
#include <optional>
#include <string>

namespace ringbridge::bridge {

/// What a pass reads again, from so far back to so far back, and how often.
struct Reach {
    const char* name;
    Milliseconds from, to, period;
};

std::array<Reach, 2> reaches(Milliseconds depth);

struct Pass {
    UtcTime began;
    UtcTime read_back_to;  ///< all from here on was read in this pass
    bool operator==(const Pass&) const = default;
};

struct RereadTime {
    UtcTime now;
    UtcTime floor;          ///< never further back than this
    Milliseconds interval;  ///< between runs; 0: only when asked
    bool quiet = true;      ///< no new calls came
};

/// The pass that goes on now: the one under way, or a new one where that is due. Without one known,
/// as if all had just been read.
Pass current_pass(const std::optional<Pass>& known, const Reach& reach, const RereadTime& time);

/// What to read next; nothing where the pass is done, or can wait for a quieter run. A pass is to
/// be done in half its period, so a run that is not quiet reads only where the pass is behind that.
std::optional<TimeRange> next_part(const Pass& pass, const Reach& reach, const RereadTime& time);

std::string encode_pass(const Pass& pass);
std::optional<Pass> decode_pass(const std::string& text);

}  // namespace ringbridge::bridge
