// The same for parsed JSON.
#pragma once

#include "receptionist/never_keep.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::receptionist {

void take_out(nlohmann::json& body, const std::vector<Unkept>& never_keep);

}  // namespace ringbridge::receptionist
