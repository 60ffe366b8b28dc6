// A call as ringbridge knows it, whichever platform it came from.
#pragma once

#include "core/id.hpp"
#include "core/time.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge {

/// One question of the receptionist's form and the caller's answer.
struct FormAnswer {
    std::string question;
    std::string answer;
    bool operator==(const FormAnswer&) const = default;
};

/// A platform's own mark that a call is not worth a person's time.
enum class CallMark { none, spam, deleted };

/// Every field but `id` and `called_at` may be empty: platforms omit fields freely.
/// Text is UTF-8 without NUL bytes, as the platform wrote it, unescaped.
struct Call {
    CallId id;
    UtcTime called_at;
    std::optional<std::chrono::seconds> duration;
    std::string caller_phone;  ///< as written: `(571) 830-8515`, `anonymous`
    std::string agent_phone;
    std::string caller_name;
    std::string primary_action;
    std::string summary;
    std::string transcript;
    std::string recording_url;
    bool missed = false;    ///< the platform says that nobody got through
    bool ongoing = false;   ///< the platform says that it has not ended
    bool outbound = false;  ///< we called; `caller_phone` is the outside party's all the same
    CallMark mark = CallMark::none;
    /// Where a platform lists calls without their details: a hash of the record as it was listed
    /// when the detail was read; empty: it has not been read.
    std::string listed;
    std::vector<FormAnswer> form_answers;
    bool operator==(const Call&) const = default;
};

/// A text of a call: its name in profiles, and in JSON.
struct CallText {
    std::string_view name, key;
    std::string Call::* field;
    bool is_phone = false;
};

/// All of them. What stands here is read from a platform's records, counted when its fields are
/// surveyed, stored, compared, and kept where the platform leaves it blank. New ones go to the end.
inline constexpr std::array call_texts{
    CallText{"caller_phone", "callerPhone", &Call::caller_phone, true},
    CallText{"agent_phone", "agentPhone", &Call::agent_phone, true},
    CallText{"caller_name", "callerName", &Call::caller_name},
    CallText{"summary", "summary", &Call::summary},
    CallText{"primary_action", "primaryAction", &Call::primary_action},
    CallText{"transcript", "transcript", &Call::transcript},
    CallText{"recording_url", "recordingUrl", &Call::recording_url},
};

/// The platform says so, or the call has ended and nothing was said.
bool is_missed(const Call& call);

/// A missed call of somebody who called us.
inline bool wants_call_back(const Call& call) { return is_missed(call) && !call.outbound; }

/// The platform's mark as a sentence; empty if there is none.
std::string_view why_unwanted(const Call& call);

/// Text that is equal for two records of a call with the same content. Omitted is what changes
/// between listings without meaning: URL queries, which a platform signs afresh each time; the
/// order of answers; white space.
std::string content_of(const Call& call);

/// `listed`, with empty fields filled from `known`: a platform that stops filling a field does not
/// retract its earlier value.
Call fill_blanks(Call listed, const Call& known);

/// A platform may date a call in the future. A call dated more than this after it was first seen is
/// ordered as if it was made when first seen.
inline constexpr Milliseconds ahead_max = std::chrono::hours{24};

inline UtcTime place_of(UtcTime called_at, UtcTime seen_at) {
    return called_at - ahead_max > seen_at ? seen_at : called_at;
}

/// A platform's record that is not a valid call: kept as received, for a person to review.
struct UnreadableRecord {
    CallId key;       ///< the record's id if it has one, else `unreadable:` and a hash of it
    std::string raw;  ///< the record's JSON, untouched
    std::string why;
    bool operator==(const UnreadableRecord&) const = default;
};

}  // namespace ringbridge
