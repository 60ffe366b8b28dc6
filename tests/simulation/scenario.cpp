#include "tests/simulation/scenario.hpp"

#include "tests/simulation/chance.hpp"

#include <algorithm>
#include <vector>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;

sim::PortalOptions draw_portal(Chance& chance) {
    static const std::vector<std::set<std::string>> generations{
        {"2026-09", "2026-03", "v3"}, {"2026-03", "v3"}, {"v3"}};
    sim::PortalOptions portal;
    portal.versions = chance.pick(generations);
    portal.calls_scope = !chance.happens(300);
    portal.index_lag = chance.happens(200) ? 0s : chance.between(1s, 60s);
    portal.preserve_primary_id = chance.happens(300);
    portal.merge_cooldown = chance.happens(500) ? 0s : chance.between(1s, 30s);
    portal.enforce_limits = true;
    portal.burst_limit = chance.happens(500) ? 100 : 190;
    portal.seed = chance.next();
    return portal;
}

sim::SiteOptions draw_site(Chance& chance) {
    static constexpr std::array page_sizes{2, 3, 5, 100};
    sim::SiteOptions site;
    site.token_life = std::chrono::hours{chance.happens(200) ? 2 : 24 * 60};
    site.max_page_size = chance.pick(page_sizes);
    site.shuffle = chance.happens(500);
    site.seed = chance.next();
    return site;
}

// In half of the worlds there are duplicates to be merged: that is no mischief, but work.
int chance_of(Disturber disturber, int density) {
    return disturber == Disturber::swept ? 500 : density;
}

}  // namespace

// Few disturbers at a time, in many worlds: what hides when all is in turmoil shows when little is.
Scenario draw_scenario(std::uint64_t seed, const Cut& cut) {
    Chance chance{seed, "scenario"};
    Scenario scenario{.seed = seed};
    const auto density = chance.pick(std::array{50, 150, 300, 600});
    for (const auto& one : disturbers) {
        // Each by a stream of its own: a seed stays what it is when another kind is added.
        Chance own{seed, "drawn " + std::string{one.name}};
        const bool drawn =
            own.happens(static_cast<std::uint64_t>(chance_of(one.disturber, density)));
        const bool wanted = cut.only.empty() ? drawn : cut.only.contains(one.disturber);
        if (wanted && !cut.without.contains(one.disturber)) {
            scenario.disturbers.insert(one.disturber);
        }
    }
    scenario.strikes = cut.strikes;
    // Now and then a backlog, which is carried another way than a few calls.
    const bool backlog = chance.happens(50);
    scenario.callers = chance.between(1, backlog ? 20 : 6);
    scenario.known_callers = chance.between(0, scenario.callers);
    scenario.calls = std::min(backlog ? chance.between(50, 90) : chance.between(1, 12), cut.calls);
    scenario.span = chance.between(1h, 4h);
    scenario.interval = chance.between(20min, 60min);
    scenario.portal = draw_portal(chance);
    scenario.site = draw_site(chance);
    scenario.site.sign_addresses = scenario.disturbers.contains(Disturber::address_signed);
    scenario.site.rotate_tokens = scenario.disturbers.contains(Disturber::token_rotated);
    scenario.site.odd_cookies = scenario.site.rotate_tokens;
    scenario.loses_ledger_at_the_end = chance.happens(250);
    return scenario;
}

}  // namespace ringbridge::simulation
