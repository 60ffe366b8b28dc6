// A call as ringbridge knows it, whichever platform it came from.
#pragma once

#include "core/id.hpp"
#include "core/time.hpp"
#include "core/words.hpp"

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

/// Who called whom. `web`: from a browser, as test calls are; usually without a number.
enum class CallKind { inbound, outbound, web };

inline constexpr Words<CallKind, 3> call_kinds{
    {{"inbound", CallKind::inbound}, {"outbound", CallKind::outbound}, {"web", CallKind::web}}};

/// What a platform's record has where the profile expects a field. Unusable: something else than
/// can be meant, such as an object in place of a time.
enum class FieldState : unsigned char { usable, blank, unusable };
/// Of all mapped fields, in the profile's order (receptionist/mapped_fields.hpp); empty: not known.
using FieldStates = std::vector<FieldState>;

/// A platform's own mark that a call is not worth a person's time.
enum class CallMark { none, spam, deleted };

/// How new an event is among those of its call.
struct EventAge {
    int rank = 0;  ///< 1: an update of a finished call, such as its analysis; newer than any of 0
    std::optional<UtcTime>
        at;  ///< the platform's own time of it; without, what came later is newer
    bool operator==(const EventAge&) const = default;
};

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
    std::string end_reason;  ///< the platform's word for how it ended: `customer-busy`
    bool missed = false;     ///< the platform says that nobody got through
    bool ongoing = false;    ///< the platform says that it has not ended
    /// `caller_phone` is the outside party's whoever called.
    CallKind kind = CallKind::inbound;
    /// The platform says no time: `called_at` is when it was first heard of.
    bool undated = false;
    CallMark mark = CallMark::none;
    /// Where a platform lists calls without their details: a hash of the record as it was listed
    /// when the detail was read; empty: it has not been read.
    std::string listed;
    /// Of the event that brought this, if it came by webhook and the platform has not listed it
    /// since.
    std::optional<EventAge> event;
    /// When the platform was asked for the listing that this comes from; not kept.
    std::optional<UtcTime> asked_at;
    bool pushed = false;  ///< a webhook brought it, or named it; not kept here
    /// Mapped fields that this platform's records usually have and this one lost: what is blank or
    /// `false` there is not known (bridge/drift_watch.hpp). By their names in the profile.
    std::vector<std::string> lost;
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
    CallText{"end_reason", "endReason", &Call::end_reason},
};

/// The platform says so, or the call has ended and nothing was said.
bool is_missed(const Call& call);

/// A missed call of somebody who called us.
inline bool wants_call_back(const Call& call) {
    return is_missed(call) && call.kind != CallKind::outbound;
}

/// The platform's mark as a sentence; empty if there is none.
std::string_view why_unwanted(const Call& call);

/// Text that is equal for two records of a call with the same content. Omitted is what changes
/// between listings without meaning: URL queries, which a platform signs afresh each time; the
/// order of answers; white space.
std::string content_of(const Call& call);

/// `listed`, with empty fields filled from `known`, and what it lost: a platform that stops filling
/// a field does not retract its earlier value.
Call fill_blanks(Call listed, const Call& known);

/// Whether `arrived` says what was so before `known`. Of two listings the one that arrives later is
/// newer; a listing is newer than an event, unless it was asked for before the event.
bool is_older(const Call& arrived, const Call& known);

/// What is known of a call after `arrived`: the newer one's content, its empty fields filled from
/// the older.
Call merged(Call arrived, const Call& known);

/// A platform may date a call in the future. A call dated more than this after it was first seen is
/// ordered as if it was made when first seen.
inline constexpr Milliseconds ahead_max = std::chrono::hours{24};

inline UtcTime place_of(UtcTime called_at, UtcTime seen_at) {
    return called_at - ahead_max > seen_at ? seen_at : called_at;
}

/// The key of a record without a usable id: by what does not change while its call is updated.
CallId key_without_id(UtcTime called_at, std::string_view caller_phone);
/// Whether it is such a key, or one of a record of which not even the time could be read.
bool is_without_id(const CallId& key);

/// A platform's record kept as received, to be read again once the profile is corrected: because it
/// is no valid call, or beside a call that lacks something.
struct UnreadableRecord {
    CallId
        key;  ///< the record's id if it has one; else key_without_id, or `unreadable:` and a hash
    std::string raw;  ///< the record's JSON, untouched
    std::string why;
    FieldStates fields = {};
    bool operator==(const UnreadableRecord&) const = default;
};

}  // namespace ringbridge
