// The part of a profile that says how a record becomes a call, read from YAML; and paths, which
// other parts have as well.
#pragma once

#include "receptionist/profile.hpp"
#include "receptionist/yaml_codec.hpp"

namespace ringbridge::receptionist {

/// Required: the path of one value.
JsonPath value_path(Section& section, const std::string& name);
/// Of one value or of several, of which the first that is there counts.
std::vector<JsonPath> value_paths(const Value& value);
std::optional<JsonPath> optional_path(Section& section, const std::string& name);
/// Required: the path of a list, ending in `[*]`.
JsonPath list_path(Section& section, const std::string& name);

std::string to_time_zone(const Value& value);
/// A list of conditions, `{ path, is }` or `{ path, is_not }`.
std::vector<Condition> read_conditions(const Value& value);
CallMapping read_mapping(const Value& value);

}  // namespace ringbridge::receptionist
