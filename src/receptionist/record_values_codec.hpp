// The values of a record as JSON, for what makes a call of it and for what counts its fields.
#pragma once

#include "receptionist/profile.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace ringbridge::receptionist {

/// However it is written, and with text that is JSON opened where the mapping goes on into it;
/// discarded if it is not JSON at all.
nlohmann::json parse_record(std::string_view raw, const CallMapping& mapping);

/// The first value that is not blank; null if there is none.
const nlohmann::json* first_of(const nlohmann::json& record, const Source& source);

}  // namespace ringbridge::receptionist
