// How long a response asks to wait.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string_view>

namespace ringbridge {

/// HubSpot documents up to a day, for accounts being migrated; more is an error in between.
inline constexpr Milliseconds longest_retry_after = std::chrono::hours{24};

/// A `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3). From 0 to longest_retry_after;
/// nothing if it is neither.
std::optional<Milliseconds> parse_retry_after(std::string_view text, UtcTime now);

}  // namespace ringbridge
