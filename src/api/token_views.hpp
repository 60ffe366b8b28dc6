// The JSON of the receptionist's token.
#pragma once

#include "receptionist/session.hpp"

#include <cstdint>
#include <string>

namespace ringbridge::api {

std::string token_view(const receptionist::TokenStatus& status, UtcTime now);

/// Why the refresh failed.
std::string refresh_failure_view(const receptionist::PlatformError& error);

/// Rounded up; 0 if it has passed.
std::int64_t seconds_until(UtcTime moment, UtcTime now);

}  // namespace ringbridge::api
