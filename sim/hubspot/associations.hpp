// Shared by single and batched associations. The portal associates calls and tasks with contacts,
// by one unlabelled type in each direction (associations guide).
#pragma once

#include "sim/hubspot/json.hpp"
#include "sim/hubspot/state.hpp"

namespace ringbridge::sim {

/// The `{type}` and `{to_type}` of the path.
std::expected<Direction, Refusal> asked_direction(const Ask& ask);

struct Pair {
    Record* from;
    Record* to;
};

/// Both records, merges followed; 404 where one is missing.
std::expected<Pair, Refusal> live_pair(PortalState& state, const Direction& direction,
                                       const std::string& from_id, const std::string& to_id);

void associate(PortalState& state, const Pair& pair, UtcTime now);
void take_apart(PortalState& state, const Pair& pair, UtcTime now);

/// A non-empty array of `AssociationSpec` for that direction.
Check check_specs(const Json& specs, const Direction& direction);

Json labels_json(const Pair& pair);                      ///< `LabelsBetweenObjectPair`
void add_default_pair(Json& results, const Pair& pair);  ///< `PublicDefaultAssociation`, both ways
/// `MultiAssociatedObjectWithLabel`
Json associated_json(RecordId to, const Direction& direction);

}  // namespace ringbridge::sim
