// Rereading of older calls: a platform may list a call days after it was made, or correct it then.
//
// The ordinary window rereads the last day every hour. Anything older is reread in passes, newest
// first and a part at a time, at the end of runs that had nothing else to do, so that nothing waits
// for it: the last week each day, all of SYNC_DEPTH each week. A pass's progress is stored in the
// ledger: a restart continues it.
#pragma once

#include "core/time.hpp"

#include <array>
#include <optional>
#include <string>

namespace ringbridge::bridge {

/// The age range that a pass rereads, and how often.
struct Reach {
    const char* name;
    Milliseconds from, to, period;
};

std::array<Reach, 2> reaches(Milliseconds depth);

struct Pass {
    UtcTime began;
    UtcTime read_back_to;  ///< everything from here on was read in this pass
    bool operator==(const Pass&) const = default;
};

struct RereadTime {
    UtcTime now;
    UtcTime floor;          ///< never further back than this
    Milliseconds interval;  ///< between runs; 0: only on request
    bool quiet = true;      ///< no new calls came
};

/// The pass to continue: the current one, or a new one if that is due. If none is known, one that
/// is complete.
Pass current_pass(const std::optional<Pass>& known, const Reach& reach, const RereadTime& time);

/// What to read next; nothing if the pass is done, or can wait for a quieter run. A pass should be
/// done in half its period, so a run that is not quiet reads only if the pass is behind that.
std::optional<TimeRange> next_part(const Pass& pass, const Reach& reach, const RereadTime& time);

std::string encode_pass(const Pass& pass);
std::optional<Pass> decode_pass(const std::string& text);

}  // namespace ringbridge::bridge
