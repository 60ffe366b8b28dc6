// How the bridges are: whether calls get into HubSpot, and if not, why.
#pragma once

#include "api/served.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge::api {

/// ok, degraded, or starting: degraded without a run so far.
std::string status_of(const bridge::Service& service);

struct Health {
    std::string status;  ///< the worst of all
    std::vector<std::string> reasons;
    std::optional<bridge::LastSync> last_sync;  ///< until when all bridges are synced
    Milliseconds uptime{0};
};

Health health_of(const std::vector<Served>& bridges);

/// Why calls would not be synced now; empty if they would be. The caller awaits it.
Task<std::vector<std::string>> reasons_not_ready(const std::vector<Served>* bridges);

}  // namespace ringbridge::api
