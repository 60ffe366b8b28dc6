// A call as ringbridge knows it, whichever platform it came from.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge {

/// One question of the receptionist's form and what the caller said to it.
struct FormAnswer {
    std::string question;
    std::string answer;
    bool operator==(const FormAnswer&) const = default;
};

/// Every field but `id` and `called_at` may be empty: platforms leave out what they please.
/// Text is UTF-8 without NUL bytes, as the platform wrote it, unescaped.
struct Call {
    std::string id;  ///< the platform's own, unique within a bridge
    UtcTime called_at;
    std::optional<std::chrono::seconds> duration;
    std::string caller_phone;  ///< as written: `(571) 830-8515`, `anonymous`
    std::string agent_phone;
    std::string caller_name;
    std::string primary_action;
    std::string summary;
    std::string transcript;
    std::string recording_url;
    bool missed = false;   ///< the platform says that nobody got through
    bool ongoing = false;  ///< the platform says that it has not ended
    std::vector<FormAnswer> form_answers;
    bool operator==(const Call&) const = default;
};

/// Text that is equal for two records of a call that say the same. Left out is what changes with
/// each listing and means nothing: the query of an address, which a platform signs anew each time;
/// the order of answers; white space.
std::string content_of(const Call& call);

/// `listed`, with what was `known` of the call where the record has nothing (any more): a platform
/// that stops filling a field takes nothing back that it once said.
Call fill_blanks(Call listed, const Call& known);

/// A platform may date a call in the future. One dated further ahead than this of when it was first
/// seen counts as made when it was first seen, wherever calls are put in order.
inline constexpr Milliseconds ahead_max = std::chrono::hours{24};

inline UtcTime place_of(UtcTime called_at, UtcTime seen_at) {
    return called_at - ahead_max > seen_at ? seen_at : called_at;
}

/// What a platform sent that is no call: kept as it came, for a person to look at.
struct UnreadableRecord {
    std::string key;  ///< the record's id where it has one, else `unreadable:` and a hash of it
    std::string raw;  ///< the record's JSON, untouched
    std::string why;
    bool operator==(const UnreadableRecord&) const = default;
};

}  // namespace ringbridge
