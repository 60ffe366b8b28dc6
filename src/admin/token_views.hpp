// The token routes' JSON; the command line prints the same.
#pragma once

#include "ports/http.hpp"
#include "receptionist/session.hpp"

#include <string>

namespace ringbridge::admin {

std::string token_view(const receptionist::TokenStatus& status, UtcTime now);

/// Why the refresh failed: 429 within the cooldown, 502 for a refusal, 503 otherwise.
HttpResponse refresh_failure(const receptionist::PlatformError& error, UtcTime now);

}  // namespace ringbridge::admin
