// The conditions of a CRM search: AND inside a group, OR among groups (CRM search guide).
#pragma once

#include "sim/hubspot/json.hpp"
#include "sim/hubspot/state.hpp"

namespace ringbridge::sim {

struct Filter {
    const PropertyDefinition* property = nullptr;  ///< null: the linked records, `associations.…`
    std::string op;
    std::vector<std::string> values = {};  ///< as many as `op` takes
};
using FilterGroups = std::vector<std::vector<Filter>>;

/// Checks limits, fields, operators, and that each property exists.
std::expected<FilterGroups, Refusal> read_filters(const PortalState& state, ObjectType type,
                                                  const Json& body);

/// An empty list of groups matches everything.
bool matches(const FilterGroups& groups, const Indexed& indexed);

/// The order of a property's values: numbers and times by value, text case-insensitively.
int compare_values(const PropertyDefinition& property, const std::string& a, const std::string& b);

}  // namespace ringbridge::sim
