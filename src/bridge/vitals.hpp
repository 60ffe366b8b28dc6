// A bridge's health after its last run: what a person should see before a caller notices.
#pragma once

#include "bridge/clock_watch.hpp"
#include "bridge/drift_watch.hpp"
#include "bridge/report.hpp"
#include "ledger/ledger.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::bridge {

struct Vitals {
    Milliseconds platform_ahead{0};  ///< of this machine's wall clock
    std::vector<ledger::Gap> gaps;
    std::optional<UtcTime> read_until;  ///< all before was read, except the gaps
    /// Not read yet when the run ended; nothing: it is not known how far calls are read.
    std::optional<Milliseconds> behind = Milliseconds{0};
    /// When the run ended: `behind` has grown since. Nothing: calls are not listed.
    std::optional<SteadyTime> lagging_since;
    std::optional<ledger::Entry> oldest_unfinished;  ///< not in HubSpot yet, or its update failed
    SteadyTime unfinished_since;                     ///< that one, as seen by this process
    int read = 0, rewritten = 0;                     ///< known calls of the last run
    std::map<std::string, std::string> left_out;     ///< contact properties, and why
    std::vector<Drift> drifts;                       ///< fields that are gone from the records
    UnreadDetails unread_details;
};

/// Calls that were listed again with different content, unless a rewrite was requested.
void count_rewritten(Vitals& vitals, const Report& report);

/// A sentence for each problem; empty if there is none. `interval`: between scheduled runs.
std::vector<std::string> complaints(const Vitals& vitals,
                                    const std::optional<ClockWatch::Step>& step, SteadyTime now,
                                    Milliseconds interval);

}  // namespace ringbridge::bridge
