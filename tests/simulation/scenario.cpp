#include "tests/simulation/scenario.hpp"

#include "tests/simulation/seeded_random.hpp"

#include <algorithm>
#include <vector>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;

sim::PortalOptions draw_portal(SeededRandom& random) {
    static const std::vector<std::set<std::string>> generations{
        {"2026-09", "2026-03", "v3"}, {"2026-03", "v3"}, {"v3"}};
    sim::PortalOptions portal;
    portal.versions = random.pick(generations);
    portal.calls_scope = !random.happens(300);
    portal.index_lag = random.happens(200) ? 0s : random.between(1s, 60s);
    portal.preserve_primary_id = random.happens(300);
    portal.merge_cooldown = random.happens(500) ? 0s : random.between(1s, 30s);
    portal.enforce_limits = true;
    portal.burst_limit = random.happens(500) ? 100 : 190;
    portal.seed = random.next();
    return portal;
}

sim::SiteOptions draw_site(SeededRandom& random) {
    static constexpr std::array page_sizes{2, 3, 5, 100};
    sim::SiteOptions site;
    site.token_life = std::chrono::hours{random.happens(200) ? 2 : 24 * 60};
    site.max_page_size = random.pick(page_sizes);
    site.shuffle = random.happens(500);
    site.seed = random.next();
    return site;
}

// Half of the worlds have duplicates to merge: that is not a fault, but work. Replicas ask the
// database every two seconds: such a world takes as long as ten others.
int probability_of(Disturber disturber, int density) {
    using enum Disturber;
    if (disturber == replicas) return 50;
    const bool of_replicas = disturber == frozen || disturber == cut_off ||
                             disturber == commit_lost || disturber == not_serialized ||
                             disturber == replica_clocks;
    return disturber == deduplicated || of_replicas ? 500 : density;
}

}  // namespace

// Mostly few disturbers at a time: some bugs are hidden when everything fails at once.
Scenario draw_scenario(std::uint64_t seed, const Cut& cut) {
    SeededRandom random{seed, "scenario"};
    Scenario scenario{.seed = seed};
    const auto density = random.pick(std::array{50, 150, 300, 600});
    for (const auto& one : disturbers) {
        // Each with its own stream: a seed keeps its meaning when a disturber is added.
        SeededRandom own{seed, "drawn " + std::string{one.name}};
        const bool drawn =
            own.happens(static_cast<std::uint64_t>(probability_of(one.disturber, density)));
        const bool wanted = cut.only.empty() ? drawn : cut.only.contains(one.disturber);
        if ((wanted || cut.with.contains(one.disturber)) && !cut.without.contains(one.disturber)) {
            scenario.disturbers.insert(one.disturber);
        }
    }
    scenario.faults = cut.faults;
    // Now and then a backlog, which takes another code path than a few calls.
    const bool backlog = random.happens(50);
    scenario.callers = random.between(1, backlog ? 20 : 6);
    scenario.known_callers = random.between(0, scenario.callers);
    scenario.calls = std::min(backlog ? random.between(50, 90) : random.between(1, 12), cut.calls);
    scenario.span = random.between(1h, 4h);
    scenario.interval = random.between(20min, 60min);
    if (scenario.disturbers.contains(Disturber::replicas)) {
        scenario.span /= 3;
        scenario.interval /= 6;
    }
    scenario.portal = draw_portal(random);
    scenario.site = draw_site(random);
    scenario.site.sign_addresses = scenario.disturbers.contains(Disturber::address_signed);
    scenario.site.rotate_tokens = scenario.disturbers.contains(Disturber::token_rotated);
    scenario.site.odd_cookies = scenario.site.rotate_tokens;
    scenario.loses_ledger_at_the_end = random.happens(250);
    return scenario;
}

}  // namespace ringbridge::simulation
