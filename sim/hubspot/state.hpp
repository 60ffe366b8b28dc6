// A portal's state, and one request as the handlers see it.
#pragma once

#include "core/url.hpp"
#include "sim/hubspot/limits.hpp"
#include "sim/hubspot/records.hpp"
#include "sim/hubspot/refusal.hpp"
#include "sim/hubspot/schema.hpp"

#include <random>

namespace ringbridge::sim {

struct PortalState {
    explicit PortalState(PortalOptions given)
        : options{std::move(given)}, records{options}, random{options.seed} {}

    PortalState(const PortalState&) = delete;  // the records refer to the options
    PortalState& operator=(const PortalState&) = delete;

    PortalOptions options;
    std::map<ObjectType, Schema> schemas = {
        {ObjectType::contacts, default_schema(ObjectType::contacts)},
        {ObjectType::calls, default_schema(ObjectType::calls)},
        {ObjectType::tasks, default_schema(ObjectType::tasks)}};
    Records records;
    Limits limits;
    std::mt19937_64 random;
    int requests = 0;
    int writes = 0;
};

/// A request with a known path from an authenticated sender.
struct Ask {
    std::string version;  ///< `v3`, `v4`, `2026-09`; empty for the interfaces older than that
    std::map<std::string, std::string> path;  ///< `{id}` and other parameters, by name
    Target target;
    std::string body;
    UtcTime now;

    bool dated() const { return version.size() == 7; }
    const std::string& at(const std::string& name) const { return path.at(name); }
    std::string parameter(std::string_view name, std::string fallback = {}) const {
        return target.parameter(name).value_or(std::move(fallback));
    }
};

}  // namespace ringbridge::sim
