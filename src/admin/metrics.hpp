// What Prometheus scrapes: the counts that each client keeps, in Prometheus's text format.
//
// No label holds an id, a number or a name: only routes, statuses and other short lists.
#pragma once

#include "admin/guesses.hpp"
#include "api/served.hpp"
#include "ports/body_counts.hpp"

#include <map>
#include <string>

namespace ringbridge::admin {

/// What only the ledger knows.
struct LedgerFigures {
    std::map<std::string, int> calls;  ///< by state
    /// Time from the newest call until it was read, or until now while it is not in HubSpot;
    /// nothing if there is none. Calls that wait for a person are left out.
    std::optional<Milliseconds> newest_lag;
};

Task<LedgerFigures> figures_of(ledger::Ledger* ledger, UtcTime now);

/// What is known of one bridge.
struct BridgeFigures {
    const api::Served* served;
    LedgerFigures ledger;
};

/// With several bridges, the label `bridge` distinguishes them. `webhook_bodies`: null if nobody
/// counts them.
std::string metrics_text(const std::vector<BridgeFigures>& bridges, const GuessCounts& guesses,
                         const BodyCounts* webhook_bodies = nullptr);

}  // namespace ringbridge::admin
