#include "api/health.hpp"

#include <algorithm>

namespace ringbridge::api {
namespace {

// The prefix of a message about one of several bridges: `north: `.
std::string mark_of(const Served& served, const std::vector<Served>& all) {
    return all.size() == 1 ? "" : served.name + ": ";
}

// The one furthest behind decides, of those that are here.
std::optional<bridge::LastSync> last_sync_of(const std::vector<Served>& bridges) {
    std::optional<bridge::LastSync> all;
    for (const auto& served : bridges) {
        if (!served.service.is_here()) continue;
        const auto& one = served.service.last_sync();
        if (!one) return std::nullopt;
        const auto before = all.value_or(*one);
        all = bridge::LastSync{std::min(before.at, one->at), before.ok && one->ok};
    }
    return all;
}

std::string worse_of(std::string one, std::string other) {
    for (const auto* status : {"degraded", "starting"}) {
        if (one == status || other == status) return status;
    }
    return one;
}

}  // namespace

std::string status_of(const bridge::Service& service) {
    if (service.errors().empty()) return "ok";
    return service.last_sync() ? "degraded" : "starting";
}

Health health_of(const std::vector<Served>& bridges) {
    Health health{.status = "ok",
                  .reasons = {},
                  .last_sync = last_sync_of(bridges),
                  .uptime = bridges.front().service.uptime()};
    for (const auto& served : bridges) {
        health.status = worse_of(std::move(health.status), status_of(served.service));
        for (const auto& error : served.service.errors()) {
            health.reasons.push_back(mark_of(served, bridges) + error);
        }
    }
    return health;
}

Task<std::vector<std::string>> reasons_not_ready(const std::vector<Served>* bridges) {
    std::vector<std::string> reasons;
    for (const auto& served : *bridges) {
        const auto mark = mark_of(served, *bridges);
        for (const auto& reason : served.service.not_ready()) reasons.push_back(mark + reason);
        if (!served.service.bridge().receptionist().can_list()) continue;
        if (!served.service.why_ledger_is_away().empty()) continue;
        try {
            const auto token = co_await served.service.bridge().receptionist().token_status();
            if (token.blocked) reasons.push_back(mark + "no valid token: " + token.blocked->why);
        } catch (const std::exception&) {
            reasons.push_back(mark + "the ledger cannot be read");
        }
    }
    co_return reasons;
}

}  // namespace ringbridge::api
