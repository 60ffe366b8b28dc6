// The HTML of an activity's body: what it shows, in which order, and where it is cut to fit.
#pragma once

#include "core/mapping.hpp"

#include <string>

namespace ringbridge {

/// At most `bytes_max`, ending in the marker line. The transcript gets what room the rest leaves.
/// `phone`: the caller's, as shown.
std::string activity_body(const Call& call, const std::string& phone, const Mapping& mapping,
                          std::size_t bytes_max);

/// Of the task to call back; ends in the marker line too.
std::string follow_up_body(const Call& call, const std::string& phone, const Mapping& mapping);

}  // namespace ringbridge
