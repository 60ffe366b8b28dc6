// The JSON of dedup.hpp.
#include "bridge/dedup.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::bridge {

using nlohmann::json;

std::string encode_dedup(const DedupReport& report) {
    json plan = json::array();
    for (const auto& group : report.plan) {
        json phones = json::array();
        for (const auto& number : group.shared) {
            phones.push_back(number.e164 +
                             (number.extension.empty() ? "" : " x" + number.extension));
        }
        plan.push_back({{"keep", group.keep},
                        {"merge", group.merge},
                        {"phones", std::move(phones)},
                        {"held", group.held.empty() ? json() : json(group.held)}});
    }
    return json{{"dryRun", true},
                {"running", false},
                {"scanned", report.scanned},
                {"groups", report.plan.size()},
                {"held", report.held()},
                {"duplicates", report.duplicates()},
                {"merged", 0},
                {"deferred", 0},
                {"passes", 0},
                {"converged", report.duplicates() == 0},
                {"plan", std::move(plan)},
                {"errors", json::array()}}
        .dump();
}

}  // namespace ringbridge::bridge
