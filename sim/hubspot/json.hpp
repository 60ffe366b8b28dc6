// The short name of the JSON type that the simulated HubSpot uses everywhere.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace ringbridge::sim {

using Json = nlohmann::json;

/// Compact text; invalid UTF-8 is replaced and never throws.
std::string text_of(const Json& json);

}  // namespace ringbridge::sim
