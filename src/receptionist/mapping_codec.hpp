// The part of a profile that says how a record becomes a call, read from YAML; and paths, which
// other parts have as well.
#pragma once

#include "receptionist/profile.hpp"
#include "receptionist/yaml_codec.hpp"

namespace ringbridge::receptionist {

/// Required: the path of one value.
JsonPath value_path(Section& section, const std::string& name);
std::optional<JsonPath> optional_path(Section& section, const std::string& name);
/// Required: the path of a list, ending in `[*]`.
JsonPath list_path(Section& section, const std::string& name);

std::string to_time_zone(const Value& value);
std::vector<RecordFilter> read_record_filter(const Value& value);
CallMapping read_mapping(const Value& value);

}  // namespace ringbridge::receptionist
