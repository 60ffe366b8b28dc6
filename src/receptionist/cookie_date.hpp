// A cookie's `Expires`, which servers write in many formats.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string_view>

namespace ringbridge::receptionist {

/// Parses as RFC 6265, 5.1.1: `Thu, 01-Jan-1970 00:00:00 GMT`, `Thu Jan  1 00:00:00 70`, …
std::optional<UtcTime> parse_cookie_date(std::string_view text);

}  // namespace ringbridge::receptionist
