// One world from its seed to its end: the real bridge on its real ledger, between the simulated
// sides, while things go wrong; then calm, and everything must be as promised.
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
    std::vector<std::string> story;  ///< where it was to be kept
    std::map<Disturber, int> struck;
    std::map<std::string, int> events;  ///< what the bridge logged, by event
    int calls = 0;                      ///< listed
    int requests = 0;                   ///< that reached HubSpot
    /// With the ledger lost and nothing else: what finding that out cost, per call.
    std::optional<double> requests_to_relearn;
};

/// The world of this seed, made smaller by `cut`.
Outcome simulate(std::uint64_t seed, const Cut& cut = {}, bool keep_story = false);

/// The smallest cut with which this seed still breaks the same promise.
Cut shrink(std::uint64_t seed, const Cut& cut);

}  // namespace ringbridge::simulation
