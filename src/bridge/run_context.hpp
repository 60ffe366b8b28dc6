// What a run works with, the same from its first request to its last. A run owns none of it.
#pragma once

#include "bridge/clock_watch.hpp"
#include "bridge/contact_properties.hpp"
#include "bridge/crm.hpp"
#include "bridge/drift_watch.hpp"
#include "bridge/ledger_memory.hpp"
#include "bridge/report.hpp"
#include "ports/random.hpp"

#include <set>

namespace ringbridge::bridge {

struct RunContext {
    const Mapping& mapping;
    ledger::Ledger& ledger;
    const LedgerMemory& memory;
    OpenCrm& crm;
    ContactProperties& properties;
    const DriftWatch& drift;
    Clock& clock;
    ClockWatch& clock_watch;
    Random& random;
    Log& log;
    Report& report;
    const bool& stopping;  ///< end the run before its next round
    /// When this run took the run lock: it may give way to others between two rounds.
    const std::set<SteadyTime>& lock_taken;
    /// When new calls are to be listed next: a round in progress ends early for it.
    const SteadyTime& next_listing;
    SteadyTime opened;  ///< this context
    UtcTime opened_at;  ///< the same moment by the platform's clock
};

}  // namespace ringbridge::bridge
