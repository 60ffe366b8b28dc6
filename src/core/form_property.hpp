// Which contact property the answer to a form question goes into: the operator's choice.
#pragma once

#include <string>

namespace ringbridge {

struct FormProperty {
    std::string question;  ///< as the receptionist asks it; compared without regard to case
    std::string property;  ///< HubSpot's internal name
    bool operator==(const FormProperty&) const = default;
};

}  // namespace ringbridge
