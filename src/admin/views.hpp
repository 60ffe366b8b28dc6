// The API's JSON.
#pragma once

#include "admin/served.hpp"
#include "bridge/target_account.hpp"
#include "hubspot/properties.hpp"
#include "ledger/ledger.hpp"
#include "ports/http.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::admin {

/// A bridge's state at a glance, for the dashboard.
struct Overview {
    const bridge::Service& service;
    UtcTime now, since;
    std::map<std::string, int> all, recent;  ///< calls by state; recent: since `since`
    std::optional<ledger::Entry> newest;     ///< call
    hubspot::Quota quota;
    bridge::TargetAccount target_account;  ///< as far as it is known
};

/// `{"error":{"code":…,"message":…}}`: what went wrong and how to fix it.
HttpResponse error_response(int status, std::string code, std::string message);

/// Of several bridges: the worst status, and until when all of them are synced.
std::string health_view(const std::vector<Served>& bridges);
std::string bridges_view(const std::vector<Served>& bridges);
std::string ready_view(const std::vector<std::string>& reasons);
std::string call_view(const ledger::Entry& entry);
std::string calls_view(const ledger::Listed& listed);
/// `token_needed`: false if no ADMIN_TOKEN is set: this machine then need not sign in.
std::string session_view(bool signed_in, bool token_needed);
std::string overview_view(const Overview& overview);
std::string history_view(const std::vector<ledger::Tally>& tallies, Milliseconds step);
/// `reports`: JSON, as the ledger keeps it.
std::string runs_view(const std::vector<std::string>& reports);
/// `calls`: of how many the contents were forgotten.
std::string forgotten_view(int calls);
std::string setup_view(const hubspot::PropertySetup& setup);

/// synced, pending, parked, failed or dismissed.
std::string state_of(const ledger::Entry& entry);

}  // namespace ringbridge::admin
