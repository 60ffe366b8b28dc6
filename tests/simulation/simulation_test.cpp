// The simulated world is deterministic, hard enough on the bridge, and breaks no promise. For
// thousands of worlds: `./dev simulate`.
#include "tests/simulation/simulation.hpp"

#include <gmock/gmock.h>

namespace ringbridge::simulation {
namespace {

constexpr std::uint64_t worlds = 20;

TEST(Simulation, TheSameSeedGivesTheSameStoryToTheByte) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const auto once = simulate(seed, {}, true);
        const auto again = simulate(seed, {}, true);
        EXPECT_EQ(once.story, again.story) << "seed " << seed;
        EXPECT_EQ(once.digest, again.digest);
        EXPECT_EQ(simulate(seed).digest, once.digest) << "keeping the story changes it";
    }
}

TEST(Simulation, ADisturberLeftOutInjectsNoFault) {
    Cut cut;
    for (const auto& one : disturbers) cut.without.insert(one.disturber);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        EXPECT_THAT(simulate(seed, cut).injected, testing::IsEmpty());
    }
    cut = {.faults = 3};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        int faults = 0;
        for (const auto& [disturber, times] : simulate(seed, cut).injected) {
            if (disturber != Disturber::pushed) faults += times;  // a webhook as such is no fault
        }
        EXPECT_LE(faults, 3);
    }
}

TEST(Simulation, NoPromiseIsBrokenAndEveryDisturberInjectsFaults) {
    std::map<Disturber, int> injected;
    std::map<std::string, int> events;
    const auto run = [&](std::uint64_t seed, const Cut& cut) {
        const auto outcome = simulate(seed, cut);
        if (outcome.violation) {
            ADD_FAILURE() << outcome.violation->promise << ": " << outcome.violation->seen
                          << "; replay: ./dev simulate --seed " << seed;
        }
        for (const auto& [disturber, times] : outcome.injected) injected[disturber] += times;
        for (const auto& [event, times] : outcome.events) events[event] += times;
    };
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) run(seed, {});
    // Some are rare, or excluded by most others, and need a change, a webhook or replicas to begin
    // with.
    for (const auto& one : disturbers) {
        for (std::uint64_t seed = 1; seed <= 10 && injected[one.disturber] == 0; ++seed) {
            run(seed, {.only = {one.disturber, Disturber::record_changed, Disturber::pushed,
                                Disturber::replicas}});
        }
    }
    for (const auto& one : disturbers) EXPECT_GT(injected[one.disturber], 0) << one.name;
    // What the bridge must have experienced for this to be meaningful.
    for (const auto* event : {"call_synced", "call_parked", "hubspot_opened", "hubspot_waited",
                              "receptionist_login_failed", "run_stopped", "run_left_out"}) {
        EXPECT_GT(events[event], 0) << event;
    }
}

}  // namespace
}  // namespace ringbridge::simulation
