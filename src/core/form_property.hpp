// Which question of the receptionist's form fills which contact property.
#pragma once

#include <string>

namespace ringbridge {

struct FormProperty {
    std::string question;  ///< as the form asks it: `Service address?`
    std::string property;  ///< HubSpot's internal name: `goodcall_service_address`
    bool operator==(const FormProperty&) const = default;
};

}  // namespace ringbridge
