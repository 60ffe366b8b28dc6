#include "bridge/leases.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

// By the database's clock, and by ours, which begins before it: so others take nothing before we
// know that it is lost, even if the clock of a standby that took over is three seconds ahead.
constexpr Milliseconds span = 24s;
constexpr Milliseconds trusted_span = span - 4s;

// Renewed every two seconds, leases have more left than that.
constexpr Milliseconds shortest_timeout = 10s;

}  // namespace

void Leases::serve(const std::string& bridge, std::function<bool()> is_in_use) {
    replica_.bridges.insert(bridge);
    in_use_[bridge] = std::move(is_in_use);
}

Task<> Leases::renew() {
    if (has_left_) co_return;
    std::set<std::string> in_use;
    for (const auto& [bridge, is_in_use] : in_use_) {
        if (is_in_use()) in_use.insert(bridge);
    }
    const auto began = clock_.steady();
    ledger::Holders holders;
    co_await database_.run([&] { holders = replicas_.renew(replica_, in_use, span); });
    for (const auto& bridge : replica_.bridges) {
        const auto known = holders.find(bridge);
        const bool here = known != holders.end() && known->second == replica_.name;
        if (here == (holder(bridge) == replica_.name)) continue;
        log_.info(here ? "bridge_taken" : "bridge_given_up",
                  {{"bridge", bridge}, {"replica", replica_.name}});
    }
    holders_ = std::move(holders);
    until_ = began + trusted_span;
}

Task<> Leases::leave() {
    has_left_ = true;
    holders_.clear();
    co_await database_.run([&] { replicas_.leave(replica_); });
}

bool Leases::is_here(const std::string& bridge) const {
    return until_ && clock_.steady() < *until_ && holder(bridge) == replica_.name;
}

std::string Leases::holder(const std::string& bridge) const {
    const auto known = holders_.find(bridge);
    return known == holders_.end() ? "" : known->second;
}

bool Leases::is_elsewhere(const std::string& bridge) const {
    const auto name = holder(bridge);
    return !name.empty() && name != replica_.name;
}

bool Leases::limit(HttpRequest* request) const {
    if (!until_) return true;
    const auto left = std::chrono::duration_cast<Milliseconds>(*until_ - clock_.steady());
    if (left < std::min(request->timeout, shortest_timeout)) return false;
    request->timeout = std::min(request->timeout, left);
    return true;
}

}  // namespace ringbridge::bridge
