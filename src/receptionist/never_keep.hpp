// What a profile's `never_keep` names, taken out of a platform's bodies: credentials, prompts and
// settings of servers, which must not get into the ledger, a log or an answer.
#pragma once

#include "receptionist/profile.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::receptionist {

/// The body as it may be kept. One that is not JSON, in which nothing can be found, becomes a note
/// of its length; where the profile names nothing, any body is kept as it is.
std::string without_unkept(std::string_view body, const std::vector<Unkept>& never_keep);

}  // namespace ringbridge::receptionist
