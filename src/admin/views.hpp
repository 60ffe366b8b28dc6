// The contract's JSON shapes.
#pragma once

#include "admin/served.hpp"
#include "hubspot/properties.hpp"
#include "ledger/ledger.hpp"
#include "ports/http.hpp"

#include <string>
#include <vector>

namespace ringbridge::admin {

/// `{"error":{"code":…,"message":…}}`: what went wrong and how to mend it.
HttpResponse error_response(int status, std::string code, std::string message);

/// Of several bridges: the worst status, and until when all of them are synced.
std::string health_view(const std::vector<Served>& bridges, UtcTime now);
std::string bridges_view(const std::vector<Served>& bridges);
std::string ready_view(const std::vector<std::string>& reasons);
std::string call_view(const ledger::Entry& entry);
std::string calls_view(const ledger::Listed& listed);
/// `reports`: JSON texts, as the ledger keeps them.
std::string runs_view(const std::vector<std::string>& reports);
std::string setup_view(const hubspot::PropertySetup& setup);

/// synced, pending, parked, failed or dismissed.
std::string state_of(const ledger::Entry& entry);

}  // namespace ringbridge::admin
