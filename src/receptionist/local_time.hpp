// Times as sites write them for people: without a zone, in the order of a country.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringbridge::receptionist {

/// Of the system's IANA time zone database: `America/New_York`, `UTC`.
bool is_time_zone(const std::string& name);

/// `2026-04-12`: the day in that zone.
std::string format_date(UtcTime time, const std::string& zone);

/// Whether what is written in this format names its own zone (`%z`).
bool names_zone(std::string_view format);

/// `text` in a format as strptime(3) has it; an empty format means `2026-04-12T15:04:05`, with a
/// blank or a T, seconds or none. It is local time in `zone`, unless the format has `%z`. A time
/// that happened twice, when a clock went back, is the earlier one; one that never did is the
/// moment at which the clock went forward.
std::optional<UtcTime> parse_local(std::string_view text, const std::string& format,
                                   const std::string& zone);

}  // namespace ringbridge::receptionist
