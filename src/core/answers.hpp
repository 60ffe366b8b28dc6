// The answers to a receptionist's form, as texts for contact properties.
#pragma once

#include "core/call.hpp"

#include <string>

namespace ringbridge {

/// The answer to `question`, compared case-insensitively; empty if there is none.
std::string answer_to(const Call& call, const std::string& question);

/// All questions and answers, one per line.
std::string answers_text(const Call& call);

/// `text` with a line for the call's answer appended: `2026-04-12 12 Oak St (GoodCall ID: c_1)`.
/// The id shows that the call has its line already. Returns `text` unchanged if it has, if there is
/// no answer, or if the line would make it longer than `bytes_max`.
std::string append_answer(const std::string& text, const Call& call, const std::string& question,
                          const std::string& label, std::size_t bytes_max);

/// `text` without the line that append_answer added for the call.
std::string without_answer(const std::string& text, const CallId& call_id,
                           const std::string& label);

}  // namespace ringbridge
