// The hidden phone properties that HubSpot calculates so that numbers can be searched however they
// were typed (CRM search guide, "phone number").
#pragma once

#include <map>
#include <string>

namespace ringbridge::sim {

/// Sets or removes the calculated properties after `phone` and `mobilephone`.
void calculate_phones(std::map<std::string, std::string>& properties);

}  // namespace ringbridge::sim
