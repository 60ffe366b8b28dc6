// Call durations in the formats that platforms use.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace ringbridge::receptionist {

/// From a number of seconds; nullopt if no call can take that long.
std::optional<std::chrono::seconds> to_duration(double seconds);

/// A number with a decimal point, or the comma of other countries.
std::optional<double> parse_decimal(std::string_view text);

/// `93`, `93.4`, `1:33`, `1:02:03`, `93s`, `4m 7s`, `4 minutes and 7 seconds`, `PT4M7S` (ISO 8601),
/// `1,5 min`, `2 Min. 5 Sek.`.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace ringbridge::receptionist
