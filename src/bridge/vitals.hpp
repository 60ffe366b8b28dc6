// How a bridge is, as its last run left it: what a person should see before a caller notices.
#pragma once

#include "bridge/clock_watch.hpp"
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
    std::optional<UtcTime> read_until;               ///< all before was read, but for the gaps
    Milliseconds behind{0};                          ///< so much was not read when the run ended
    std::optional<ledger::Entry> oldest_unfinished;  ///< of those that are not in HubSpot yet
    SteadyTime unfinished_since;                     ///< that one, as far as this process saw
    int read = 0, rewritten = 0;                     ///< known calls of the last run
    std::map<std::string, std::string> left_out;     ///< contact properties, and why
};

/// Calls that came again with another content, where nobody asked for that.
void count_rewritten(Vitals& vitals, const Report& report);

/// Sentences on what is wrong; empty where all is well. `interval`: between scheduled runs.
std::vector<std::string> complaints(const Vitals& vitals,
                                    const std::optional<ClockWatch::Step>& step, SteadyTime now,
                                    Milliseconds interval);

}  // namespace ringbridge::bridge
