// The hidden phone properties that HubSpot calculates so that numbers are found in any format (CRM
// search guide, "phone number").
#pragma once

#include <map>
#include <string>

namespace ringbridge::sim {

/// Sets or removes the properties calculated from `phone` and `mobilephone`.
void calculate_phones(std::map<std::string, std::string>& properties);

}  // namespace ringbridge::sim
