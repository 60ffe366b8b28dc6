// Finds the smallest world in which a seed still fails: without unneeded disturbers, and with as
// few faults and calls as possible.
#include "tests/simulation/simulation.hpp"

namespace ringbridge::simulation {
namespace {

bool breaks(std::uint64_t seed, const Cut& cut, const std::string& promise) {
    const auto outcome = simulate(seed, cut);
    return outcome.violation && outcome.violation->promise == promise;
}

// The smallest number up to `most` with which it still breaks, tried from zero.
template <class With>
int smallest(int most, With with) {
    for (int tried = 0; tried < most; ++tried) {
        if (with(tried)) return tried;
    }
    return most;
}

int faults_of(const Outcome& outcome) {
    int faults = 0;
    for (const auto& [disturber, times] : outcome.injected) faults += times;
    return faults;
}

}  // namespace

Cut shrink(std::uint64_t seed, const Cut& cut) {
    const auto first = simulate(seed, cut);
    if (!first.violation) return cut;
    const auto promise = first.violation->promise;
    auto best = cut;
    for (const auto& [disturber, name, what] : disturbers) {
        auto tried = best;
        tried.without.insert(disturber);
        if (breaks(seed, tried, promise)) best = tried;
    }
    best.faults = smallest(faults_of(simulate(seed, best)), [&](int faults) {
        auto tried = best;
        tried.faults = faults;
        return breaks(seed, tried, promise);
    });
    best.calls = smallest(draw_scenario(seed, best).calls, [&](int calls) {
        auto tried = best;
        tried.calls = calls;
        return breaks(seed, tried, promise);
    });
    return best;
}

}  // namespace ringbridge::simulation
