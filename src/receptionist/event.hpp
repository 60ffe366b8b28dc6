// What a webhook's body says: which call it is about, and how new that is.
#pragma once

#include "core/call.hpp"
#include "receptionist/webhook.hpp"

#include <optional>
#include <string>
#include <variant>

namespace ringbridge::receptionist {

/// A sentence.
struct NoJson {
    std::string why;
};

/// An event that is no finished call.
struct OtherEvent {};

/// A finished call. The record has a member `webhook_event` with `kind` and `updated_at` of the
/// event, so that a profile's mapping can use them.
struct CallEvent {
    std::string record;
    EventAge age;
};

/// Never throws. What is JSON but not an event that the profile describes is for a person.
std::variant<NoJson, OtherEvent, CallEvent, UnreadableRecord> read_event(const std::string& body,
                                                                         const Webhook& webhook);

/// Of the event that a record came in; nothing if it was listed.
std::optional<EventAge> event_age_in(const std::string& record, const Webhook& webhook);

}  // namespace ringbridge::receptionist
