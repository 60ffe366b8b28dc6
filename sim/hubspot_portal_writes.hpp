// The rules that every way of writing a record shares, single, batched or v1: which values are
// taken, what must be there, what must be unique.
#pragma once

#include "sim/hubspot_portal_json.hpp"
#include "sim/hubspot_portal_state.hpp"

namespace ringbridge::sim {

/// HubSpot's own type ids (associations guide). Unconfirmed: the one for contact -> task.
inline constexpr int call_to_contact = 194;
inline constexpr int contact_to_call = 193;
inline constexpr int task_to_contact = 204;
inline constexpr int contact_to_task = 203;
int association_type(const Direction& direction);

/// A `properties` object as name and text; numbers and truth values are spelled out.
std::expected<Properties, Refusal> given_properties(const Json& properties);

/// The values as HubSpot stores them. `current` is null for a record yet to be.
std::expected<Properties, Refusal> checked_values(const PortalState& state, ObjectType type,
                                                  const Properties& given, const Record* current);

/// Creates the record with what it is associated to. `version` decides what is required.
std::expected<RecordId, Refusal> insert_record(PortalState& state, ObjectType type,
                                               const Properties& given,
                                               const std::vector<RecordId>& links, const Ask& ask);

/// `{"properties":…,"associations":[…]}`, which the caller has checked for other fields.
std::expected<RecordId, Refusal> insert_from(PortalState& state, ObjectType type, const Json& input,
                                             const Ask& ask);

Check change_record(PortalState& state, Record& record, const Properties& given, UtcTime now);

/// The live record of that id, or of that value of a unique property; nullptr where there is none.
/// Refused where the property is not unique.
std::expected<Record*, Refusal> addressed(PortalState& state, ObjectType type,
                                          const std::string& id, const std::string& id_property);

/// One `AssociationSpec`; refused unless it is HubSpot's own type for that pair.
Check check_association_spec(const Json& spec, const Direction& direction);

}  // namespace ringbridge::sim
