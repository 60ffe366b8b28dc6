// The contact property that the answer to a form question goes into, chosen by the operator.
#pragma once

#include <optional>
#include <string>

namespace ringbridge {

/// What an answer does to the property's existing value: fill it if blank, replace it, or append a
/// line.
enum class AnswerMode { fill, overwrite, append };

struct FormProperty {
    std::string question;  ///< as the receptionist asks it; compared case-insensitively
    std::string property;  ///< HubSpot's internal name
    std::optional<AnswerMode> mode = {};  ///< if unset: overwrite under our own prefix, else fill
    bool operator==(const FormProperty&) const = default;
};

}  // namespace ringbridge
