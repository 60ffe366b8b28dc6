// The JSON of dedup.hpp.
#include "bridge/dedup.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::bridge {

using nlohmann::json;

std::string encode_dedup(const DedupReport& report) {
    json plan = json::array();
    for (const auto& group : report.plan) {
        json phones = json::array();
        for (const auto& number : group.shared) phones.push_back(to_text(number));
        plan.push_back({{"keep", group.keep},
                        {"merge", group.merge},
                        {"phones", std::move(phones)},
                        {"held", group.held.empty() ? json() : json(group.held)}});
    }
    json errors = json::array();
    for (const auto& error : report.errors) {
        errors.push_back(
            {{"keep", error.keep}, {"merge", error.merge}, {"message", error.message}});
    }
    return json{{"dryRun", report.dry_run},  {"running", report.running},
                {"scanned", report.scanned}, {"groups", report.plan.size()},
                {"held", report.held()},     {"duplicates", report.duplicates()},
                {"merged", report.merged},   {"deferred", report.deferred},
                {"passes", report.passes},   {"converged", report.converged()},
                {"plan", std::move(plan)},   {"errors", std::move(errors)}}
        .dump();
}

}  // namespace ringbridge::bridge
