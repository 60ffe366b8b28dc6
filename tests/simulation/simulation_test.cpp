// The simulated world is what it must be to prove anything: the same for the same seed, hard enough
// on the bridge, and without a broken promise. Thousands of worlds more: `./dev simulate`.
#include "tests/simulation/simulation.hpp"

#include <gmock/gmock.h>

namespace ringbridge::simulation {
namespace {

constexpr std::uint64_t worlds = 120;

TEST(Simulation, TheSameSeedTellsTheSameStoryToTheByte) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const auto once = simulate(seed, {}, true);
        const auto again = simulate(seed, {}, true);
        EXPECT_EQ(once.story, again.story) << "seed " << seed;
        EXPECT_EQ(once.digest, again.digest);
        EXPECT_EQ(simulate(seed).digest, once.digest) << "keeping the story changes it";
    }
}

TEST(Simulation, ADisturberLeftOutNeverStrikes) {
    Cut cut;
    for (const auto& one : disturbers) cut.without.insert(one.disturber);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        EXPECT_THAT(simulate(seed, cut).struck, testing::IsEmpty());
    }
    cut = {.strikes = 3};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        int strikes = 0;
        for (const auto& [disturber, times] : simulate(seed, cut).struck) strikes += times;
        EXPECT_LE(strikes, 3);
    }
}

TEST(Simulation, NoPromiseIsBrokenAndEveryDisturberStrikes) {
    std::map<Disturber, int> struck;
    std::map<std::string, int> events;
    const auto run = [&](std::uint64_t seed, const Cut& cut) {
        const auto outcome = simulate(seed, cut);
        if (outcome.violation) {
            ADD_FAILURE() << outcome.violation->promise << ": " << outcome.violation->seen
                          << "; replay: ./dev simulate --seed " << seed;
        }
        for (const auto& [disturber, times] : outcome.struck) struck[disturber] += times;
        for (const auto& [event, times] : outcome.events) events[event] += times;
    };
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) run(seed, {});
    // It keeps out of most others' way.
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        run(seed, {.only = {Disturber::record_changed, Disturber::listed_briefly}});
    }
    for (const auto& one : disturbers) EXPECT_GT(struck[one.disturber], 0) << one.name;
    // What the bridge must have gone through for this to mean anything.
    for (const auto* event : {"call_synced", "call_parked", "hubspot_opened", "hubspot_waited",
                              "receptionist_login_failed", "run_stopped", "run_left_out"}) {
        EXPECT_GT(events[event], 0) << event;
    }
}

}  // namespace
}  // namespace ringbridge::simulation
