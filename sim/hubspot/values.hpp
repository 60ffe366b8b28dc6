// Which property values HubSpot accepts, and how it returns them: always as text.
#pragma once

#include "sim/hubspot/refusal.hpp"
#include "sim/hubspot/schema.hpp"

namespace ringbridge::sim {

/// The value as stored and read back; empty clears the property. `current`, the present value,
/// matters if a leading `;` appends to a checkbox.
std::expected<std::string, Detail> stored_value(const PropertyDefinition& property,
                                                const std::string& given,
                                                const std::string& current);

/// Parses milliseconds or ISO 8601 with a zone: shared by filters, v1 and stored values.
std::optional<UtcTime> moment_of(const std::string& text);

/// A time as HubSpot returns it: without milliseconds if they are zero, as Java writes it.
std::string moment_text(UtcTime moment);

/// ASCII lower case, which is all that HubSpot's identifiers and our test data need.
std::string lower_case(std::string text);

Detail value_problem(const std::string& property, std::string message, std::string code);

}  // namespace ringbridge::sim
