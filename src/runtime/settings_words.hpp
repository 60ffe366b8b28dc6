// The words of each setting that is a choice: the reader, its error messages and the catalogue take
// them from here, those of LOG_LEVEL from log_lines.hpp.
#pragma once

#include "core/duplicates.hpp"
#include "core/form_property.hpp"
#include "core/hubspot_api.hpp"
#include "core/mapping.hpp"
#include "runtime/log_lines.hpp"
#include "runtime/text_log.hpp"

namespace ringbridge::runtime {

/// `auto` in front: what is not chosen is probed.
template <class T, std::size_t count>
constexpr Words<std::optional<T>, count + 1> or_auto(const Words<T, count>& words) {
    Words<std::optional<T>, count + 1> all{{{"auto", std::nullopt}}};
    for (std::size_t i = 0; i < count; ++i) all[i + 1] = {words[i].word, words[i].value};
    return all;
}

inline constexpr auto api_version_words = or_auto(api_versions);
inline constexpr auto activity_api_words = or_auto(activity_apis);

inline constexpr Words<bool, 2> transcript_words{
    {{"full", true}, {"off", false, "left out of the activity"}}};

inline constexpr Words<Recording, 3> recording_words{
    {{"player", Recording::player}, {"link", Recording::link}, {"off", Recording::off}}};

inline constexpr Words<bool, 2> follow_up_words{
    {{"off", false}, {"missed", true, "a task to call back for each missed call"}}};

inline constexpr Words<bool HoldRules::*, 4> hold_words{{{"email", &HoldRules::email},
                                                         {"name", &HoldRules::name},
                                                         {"shared", &HoldRules::shared},
                                                         {"owner", &HoldRules::owner}}};

inline constexpr Words<AnswerMode, 3> answer_mode_words{{{"fill", AnswerMode::fill},
                                                         {"overwrite", AnswerMode::overwrite},
                                                         {"append", AnswerMode::append}}};

inline constexpr Words<LogFormat, 2> log_format_words{
    {{"text", LogFormat::text}, {"json", LogFormat::json, "one object per line"}}};

inline constexpr Words<bool, 2> log_pii_words{{{"0", false}, {"1", true}}};

}  // namespace ringbridge::runtime
