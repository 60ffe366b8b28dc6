// The contract's JSON shapes.
#pragma once

#include "bridge/service.hpp"
#include "hubspot/properties.hpp"
#include "ledger/ledger.hpp"
#include "ports/http.hpp"

#include <string>
#include <vector>

namespace ringbridge::admin {

/// `{"error":{"code":…,"message":…}}`: what went wrong and how to mend it.
HttpResponse error_response(int status, std::string code, std::string message);

std::string health_view(const bridge::Service& service, UtcTime now);
std::string ready_view(const std::vector<std::string>& reasons);
std::string call_view(const ledger::Entry& entry);
std::string calls_view(const ledger::Listed& listed);
/// `reports`: JSON texts, as the ledger keeps them.
std::string runs_view(const std::vector<std::string>& reports);
std::string setup_view(const hubspot::PropertySetup& setup);

/// synced, pending, parked, failed or dismissed.
std::string state_of(const ledger::Entry& entry);

}  // namespace ringbridge::admin
