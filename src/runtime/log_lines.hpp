// One event as one line: for people, or as JSON for machines.
#pragma once

#include "core/time.hpp"
#include "core/words.hpp"
#include "ports/log.hpp"

#include <string>
#include <string_view>

namespace ringbridge::runtime {

inline constexpr Words<Level, 4> log_level_words{{{"debug", Level::debug},
                                                  {"info", Level::info},
                                                  {"warn", Level::warn},
                                                  {"error", Level::error}}};

/// `2026-11-23T10:00:00.000Z info  call_parked call=c_1 reason="no number"`. Control characters
/// are escaped, so that a value can neither begin a line nor control a terminal.
std::string text_line(UtcTime time, Level level, std::string_view event, const Fields& fields);

/// `{"ts":"…","level":"info","event":"call_parked","call":"c_1"}`. Invalid UTF-8 becomes U+FFFD.
std::string json_line(UtcTime time, Level level, std::string_view event, const Fields& fields);

}  // namespace ringbridge::runtime
