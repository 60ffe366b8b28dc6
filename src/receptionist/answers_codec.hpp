// The questions and answers in a record, from all the places where the mapping says they stand.
#pragma once

#include "core/call.hpp"
#include "receptionist/profile.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace ringbridge::receptionist {

std::vector<FormAnswer> form_answers_of(const nlohmann::json& record, const CallMapping& mapping);

/// The first answer to one of these questions; empty if there is none.
std::string answer_to(const std::vector<FormAnswer>& answers,
                      const std::vector<std::string>& questions);

}  // namespace ringbridge::receptionist
