// The parameters of a world: everything that follows from its seed.
#pragma once

#include "sim/hubspot/portal.hpp"
#include "sim/receptionist/site.hpp"
#include "tests/simulation/disturbers.hpp"

#include <cstdint>
#include <limits>
#include <set>

namespace ringbridge::simulation {

/// How a world differs from its seed: made smaller, to find the shortest failing history, or with
/// chosen disturbers.
struct Cut {
    int calls = std::numeric_limits<int>::max();
    int faults = std::numeric_limits<int>::max();  ///< how many are injected at most
    std::set<Disturber> only = {};                 ///< in place of those drawn, if any
    std::set<Disturber> with = {};                 ///< besides those
    std::set<Disturber> without = {};
};

struct Scenario {
    std::uint64_t seed = 0;
    std::set<Disturber> disturbers;
    int faults = std::numeric_limits<int>::max();
    int callers = 1, known_callers = 0, calls = 1;
    Milliseconds span{0};      ///< in which calls and faults happen
    Milliseconds interval{0};  ///< of scheduled runs
    sim::PortalOptions portal;
    sim::SiteOptions site;
    bool loses_ledger_at_the_end = false;  ///< and must then find everything synced

    /// The ledger may forget what it knew of calls that are synced.
    bool may_forget() const {
        return disturbers.contains(Disturber::ledger_deleted) ||
               disturbers.contains(Disturber::ledger_rolled_back);
    }
};

Scenario draw_scenario(std::uint64_t seed, const Cut& cut);

}  // namespace ringbridge::simulation
