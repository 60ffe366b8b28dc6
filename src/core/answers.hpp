// The answers to a receptionist's form, as texts for contact properties.
#pragma once

#include "core/call.hpp"

#include <string>

namespace ringbridge {

/// The answer to `question`, compared without regard to case; empty where there is none.
std::string answer_to(const Call& call, const std::string& question);

/// All questions and answers, a line each.
std::string answers_text(const Call& call);

/// `text` with a line for the call's answer at its end: `2026-04-12 12 Oak St (GoodCall ID: c_1)`.
/// The id says that the call has its line already. `text` as it is where it has, where there is no
/// answer, and where the line would make it longer than `bytes_max`.
std::string append_answer(const std::string& text, const Call& call, const std::string& question,
                          const std::string& label, std::size_t bytes_max);

/// `text` without the line that append_answer added for the call.
std::string without_answer(const std::string& text, const std::string& call_id,
                           const std::string& label);

}  // namespace ringbridge
