// The API's JSON.
#pragma once

#include "api/health.hpp"
#include "api/overview.hpp"
#include "api/served.hpp"
#include "hubspot/properties.hpp"
#include "ledger/ledger.hpp"

#include <string>
#include <vector>

namespace ringbridge::api {

/// `{"error":{"code":…,"message":…}}`: what went wrong and how to fix it.
std::string error_view(const std::string& code, const std::string& message);

std::string health_view(const Health& health);
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
/// The answer to a webhook: the call's id and state, or that the event is none.
std::string received_view(const CallId& call_id, const std::string& state);
std::string ignored_view();
std::string setup_view(const hubspot::PropertySetup& setup);

/// synced, pending, parked, failed or dismissed.
std::string state_of(const ledger::Entry& entry);

}  // namespace ringbridge::api
