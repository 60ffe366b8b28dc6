// One world from its seed to its end: the real bridge on its real ledger, between the simulated
// sides, under faults; then a calm phase, after which everything must be as promised.
#pragma once

#include "tests/simulation/setting.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::simulation {

struct Outcome {
    std::optional<Violation> violation;
    std::uint64_t digest = 0;        ///< of the story
    std::vector<std::string> story;  ///< if it was to be kept
    std::map<Disturber, int> injected;
    std::map<std::string, int> events;  ///< what the bridge logged, by event
    int calls = 0;                      ///< listed
    int requests = 0;                   ///< that reached HubSpot
    /// After losing only the ledger: the HubSpot requests to relearn it, per call.
    std::optional<double> requests_to_relearn;
};

/// The world of this seed, made smaller by `cut`.
Outcome simulate(std::uint64_t seed, const Cut& cut = {}, bool keep_story = false);

/// The smallest cut with which this seed still breaks the same promise.
Cut shrink(std::uint64_t seed, const Cut& cut);

}  // namespace ringbridge::simulation
