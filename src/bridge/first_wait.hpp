// When the schedule of each of many bridges begins, so that they do not all ask at once.
#pragma once

#include "core/time.hpp"

#include <string_view>

namespace ringbridge::bridge {

/// How long a bridge that is one of `bridges` waits before its first scheduled run: a stable place,
/// by its name, within 20 ms for each other bridge and no more than the interval.
Milliseconds first_wait(std::string_view bridge, int bridges, Milliseconds interval);

}  // namespace ringbridge::bridge
