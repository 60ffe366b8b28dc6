// The text of an activity in HubSpot: from our first line to the marker it is ours. What people
// wrote around it, or in a title other than the one we gave it, is preserved.
#pragma once

#include "core/mapping.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ringbridge {

/// As stored in HubSpot.
struct ActivityText {
    std::string title;  ///< plain text
    std::string body;   ///< HTML
};

/// The candidate ids in the last marker line of an activity's or task's body, most likely first:
/// people type after it, too. The last line, because the caller's words above it may contain
/// anything. Empty if there is none.
std::vector<CallId> marked_ids(std::string_view body, const std::string& label);

/// The updated activity: our part of `current` is replaced, people's text is kept. A body that is
/// mostly people's text is left unchanged.
Activity build_update(const Call& call, const Mapping& mapping, const ActivityText& current);

}  // namespace ringbridge
