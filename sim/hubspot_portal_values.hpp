// What HubSpot takes as a property's value, and the form in which it gives it back: always text.
#pragma once

#include "sim/hubspot_portal_refusal.hpp"
#include "sim/hubspot_portal_schema.hpp"

namespace ringbridge::sim {

/// The value as stored and read back; empty clears the property. `current`, what the property holds
/// now, matters where a leading `;` appends to a checkbox.
std::expected<std::string, Detail> stored_value(const PropertyDefinition& property,
                                                const std::string& given,
                                                const std::string& current);

/// Milliseconds or ISO 8601 with a zone, as a moment: what filters and v1 share with stored values.
std::optional<UtcTime> moment_of(const std::string& text);

/// As HubSpot gives a moment back: without milliseconds where they are zero, as Java writes it.
std::string moment_text(UtcTime moment);

/// ASCII lower case, which is all that HubSpot's identifiers and our test data need.
std::string lower_case(std::string text);

Detail value_problem(const std::string& property, std::string message, std::string code);

}  // namespace ringbridge::sim
