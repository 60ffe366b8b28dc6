// The rules shared by all ways to write a record (single, batched, v1): which values are accepted,
// what is required, what must be unique.
#pragma once

#include "sim/hubspot/json.hpp"
#include "sim/hubspot/state.hpp"

namespace ringbridge::sim {

/// HubSpot's own type ids (associations guide). Unconfirmed: the one for contact -> task.
inline constexpr int call_to_contact = 194;
inline constexpr int contact_to_call = 193;
inline constexpr int task_to_contact = 204;
inline constexpr int contact_to_task = 203;
int association_type(const Direction& direction);

/// A `properties` object as names and text; numbers and booleans are converted.
std::expected<Properties, Refusal> given_properties(const Json& properties);

/// The values as HubSpot stores them. `current` is null for a new record.
std::expected<Properties, Refusal> checked_values(const PortalState& state, ObjectType type,
                                                  const Properties& given, const Record* current);

/// Creates the record with its associations. `version` decides what is required.
std::expected<RecordId, Refusal> insert_record(PortalState& state, ObjectType type,
                                               const Properties& given,
                                               const std::vector<RecordId>& links, const Ask& ask);

/// `{"properties":…,"associations":[…]}`, which the caller has checked for other fields.
std::expected<RecordId, Refusal> insert_from(PortalState& state, ObjectType type, const Json& input,
                                             const Ask& ask);

Check change_record(PortalState& state, Record& record, const Properties& given, UtcTime now);

/// The live record with that id, or with that value of a unique property; nullptr if there is none.
/// Refused if the property is not unique.
std::expected<Record*, Refusal> addressed(PortalState& state, ObjectType type,
                                          const std::string& id, const std::string& id_property);

/// One `AssociationSpec`; refused unless it is HubSpot's own type for that pair.
Check check_association_spec(const Json& spec, const Direction& direction);

}  // namespace ringbridge::sim
