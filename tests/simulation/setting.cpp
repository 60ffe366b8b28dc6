#include "tests/simulation/setting.hpp"

namespace ringbridge::simulation {
namespace {

const UtcTime start = *parse_utc("2026-11-23T09:00:00Z");

}  // namespace

Setting::Setting(Scenario drawn, bool keep_story)
    : scenario{std::move(drawn)},
      story{keep_story},
      disk{scenario.seed},
      world{scenario.seed, start},
      network{world},
      portal{scenario.portal},
      site{scenario.site},
      workload{scenario.seed},
      faults_left_{scenario.faults} {
    for (const auto& one : disturbers) {
        randoms_.emplace(one.disturber, SeededRandom{scenario.seed, one.name});
    }
}

bool Setting::injects(Disturber disturber, int per_mille) {
    if (calm_ || faults_left_ == 0 || !scenario.disturbers.contains(disturber)) return false;
    if (!random(disturber).happens(static_cast<std::uint64_t>(per_mille))) return false;
    --faults_left_;
    ++injected[disturber];
    note("fault", name_of(disturber));
    return true;
}

}  // namespace ringbridge::simulation
