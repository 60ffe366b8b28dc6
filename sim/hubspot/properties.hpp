// Shared by single and batched property requests.
#pragma once

#include "sim/hubspot/json.hpp"
#include "sim/hubspot/state.hpp"

namespace ringbridge::sim {

Json property_json(const PropertyDefinition& property);

/// Creates a property from a `PropertyCreate`, or restores an archived one in its new form.
std::expected<Json, Refusal> insert_property(PortalState& state, ObjectType type, const Json& body,
                                             const Ask& ask);

/// 404 for a property or group that isn't there.
Refusal no_such(const std::string& what, const std::string& name);

}  // namespace ringbridge::sim
