// What stands in an activity in HubSpot: between our first line and the marker, ours; around it,
// and in a title that is not the one we gave it, whatever people wrote there. That stays.
#pragma once

#include "core/mapping.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ringbridge {

/// As HubSpot has it.
struct ActivityText {
    std::string title;  ///< plain text
    std::string body;   ///< HTML
};

/// The ids that the last marker line of an activity's or a task's body may name, likeliest first:
/// people type behind it, too. The last line, because what a caller said stands above it and may
/// hold anything. Empty where there is none.
std::vector<std::string> marked_ids(std::string_view body, const std::string& label);

/// The activity as it should be now, in the place of ours in `current`. A body that is mostly
/// people's stays as it is.
Activity build_update(const Call& call, const Mapping& mapping, const ActivityText& current);

}  // namespace ringbridge
