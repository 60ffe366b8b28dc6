// The fields that a profile looks for in a record, so that it can be noticed when one is gone.
#pragma once

#include "receptionist/profile.hpp"

#include <string>
#include <vector>

namespace ringbridge::receptionist {

struct MappedField {
    std::string name;  ///< as in the profile: `caller_phone`, `record_filter[0]`
    std::string path;  ///< where the profile expects it: `$.customerPhone`
    bool operator==(const MappedField&) const = default;
};

/// In the order of FieldStates. What is a constant in the profile is left out.
std::vector<MappedField> mapped_fields(const Profile& profile);

}  // namespace ringbridge::receptionist
