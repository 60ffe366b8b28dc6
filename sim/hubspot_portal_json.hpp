// The simulated HubSpot reads and writes JSON everywhere; this gives the type its short name.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace ringbridge::sim {

using Json = nlohmann::json;

/// Compact text; what is not UTF-8 is replaced, never thrown for.
std::string text_of(const Json& json);

}  // namespace ringbridge::sim
