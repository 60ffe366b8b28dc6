// Shared by single and batched record requests.
#pragma once

#include "sim/hubspot/views.hpp"

namespace ringbridge::sim {

/// The `{type}` of the path.
std::expected<ObjectType, Refusal> asked_type(const Ask& ask);
Refusal unknown_object(const std::string& name);
/// The simulated portal does not serve `propertiesWithHistory`, and says so.
Refusal no_history();
/// The properties to show: the requested ones and the three always shown, or the defaults.
Names read_names(ObjectType type, const std::vector<std::string>& asked);

}  // namespace ringbridge::sim
