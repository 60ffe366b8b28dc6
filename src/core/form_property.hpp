// Which contact property the answer to a form question goes into: the operator's choice.
#pragma once

#include <optional>
#include <string>

namespace ringbridge {

/// What an answer does to what is in the property already: it fills a blank, takes its place, or
/// is added to it as a line of its own.
enum class AnswerMode { fill, overwrite, append };

struct FormProperty {
    std::string question;  ///< as the receptionist asks it; compared without regard to case
    std::string property;  ///< HubSpot's internal name
    std::optional<AnswerMode> mode = {};  ///< nothing: overwrite under our own prefix, else fill
    bool operator==(const FormProperty&) const = default;
};

}  // namespace ringbridge
