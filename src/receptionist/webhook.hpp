// A platform's webhooks as data: how it signs them, which of its events are a finished call, and
// where in an event the call's record stands. Read from the section `webhook` of a profile.
#pragma once

#include "core/time.hpp"
#include "receptionist/json_path.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::receptionist {

/// An HMAC-SHA-256 over what was sent, keyed with the secret that platform and operator share.
struct Signature {
    enum class Encoding { hex, base64 };
    enum class Unit { seconds, milliseconds, by_size };
    std::vector<std::string> headers;  ///< the first of these that is there holds it
    std::string digest;     ///< its name in a header such as `t=1,v0=…`; empty: the header is it
    std::string timestamp;  ///< the name of the time in that header; empty: there is none
    std::string timestamp_header;  ///< or the header of its own that holds the time
    Unit unit = Unit::by_size;
    /// With `${body}`, the bytes as they came, `${timestamp}` as written, and `${record.NAME}`, the
    /// text at `$.NAME` of the call's record.
    std::string covers = "${body}";
    Encoding encoding = Encoding::hex;
    Milliseconds oldest = std::chrono::minutes{5};  ///< what is older is refused
    Milliseconds ahead = std::chrono::minutes{5};   ///< what is from later than that is refused
    bool operator==(const Signature&) const = default;

    /// Else whoever saw one delivery can send the same signature with any content.
    bool covers_body() const { return covers.contains("${body}"); }
};

/// A header that holds the secret itself: `Bearer ${secret}`.
struct SecretHeader {
    std::string name, value;
    bool operator==(const SecretHeader&) const = default;
};

/// What an event is, by the value at `path`. A value that is in no list is ignored, a missing one
/// only if `ignored` has an empty word.
struct EventKinds {
    JsonPath path;
    std::vector<std::string> finished;  ///< a finished call
    std::vector<std::string> updated;   ///< the same with more, such as its analysis: newer
    std::vector<std::string> ignored;
    bool operator==(const EventKinds&) const = default;
};

struct Webhook {
    std::vector<Signature> signatures;  ///< any of these, or of `secrets`, proves an event
    std::vector<SecretHeader> secrets;
    std::optional<EventKinds> event;     ///< none: each is a finished call
    std::vector<JsonPath> record;        ///< of the call; the first of these that is an object
    std::optional<JsonPath> updated_at;  ///< of the event's time, by the platform's clock
    bool operator==(const Webhook&) const = default;

    /// False: only a call's id is proven, so the call is asked for before it is believed.
    bool is_believed() const;
};

}  // namespace ringbridge::receptionist
