// Classifies HubSpot's responses, by what the caller should do next. What a status means for one
// kind of request alone is decided where that request is sent: a 409 for a property that exists
// already (properties.cpp), a 404 for an object that an account lacks (activity_fallback.cpp).
//
// Sources: developers.hubspot.com, "Error handling" (statuses 207, 423, 429, 477, 5xx, 52x) and
// "API usage guidelines" (429 bodies and their policies; CRM responses carry no Retry-After).
#pragma once

#include "core/time.hpp"
#include "ports/http.hpp"

#include <expected>
#include <string>
#include <variant>
#include <vector>

namespace ringbridge::hubspot {

/// Whether a request may be repeated after a lost answer without looking first: a read may, and a
/// write that has no effect a second time.
enum class Repeat { safe, unsafe };

/// A 2xx and its JSON. It counts only for the records that its body confirms.
struct Done {
    int status = 200;
    std::string body;
};

/// A property that a refusal names.
struct RefusedProperty {
    std::string name;
    std::string code;  ///< `PROPERTY_DOESNT_EXIST`, `INVALID_OPTION`, …; may be empty
    bool operator==(const RefusedProperty&) const = default;
};

/// Not done, and repeating the same request would be refused again.
struct Refused {
    int status = 400;
    std::string category;  ///< `MISSING_SCOPES`, `VALIDATION_ERROR`, …; may be empty
    std::string message;   ///< HubSpot's, truncated
    bool alone = true;     ///< false: the whole batch was refused, perhaps because of another row
    std::vector<RefusedProperty> properties = {};  ///< those the refusal names
};

/// Certainly not done; retry, but not before `at_least` has passed.
struct Wait {
    Milliseconds at_least{0};
    std::string why;
    bool for_all = false;  ///< a rate limit, which applies to every request
};

/// A write whose response was lost: it may have been done. Check before writing again.
struct Unsure {
    std::string why;
};

/// The token is not accepted at all.
struct Unauthorized {
    std::string message;
};

using Verdict = std::variant<Done, Refused, Wait, Unsure, Unauthorized>;

/// What remains of a verdict once the client has done the waiting.
using Answer = std::variant<Done, Refused, Unsure>;

/// The JSON that answers a read. Throws OutOfReach if the answer was lost.
std::expected<std::string, Refused> body_of(Answer answer);

/// `now`: for a `Retry-After` that is a date.
Verdict classify(const std::expected<HttpResponse, Lost>& exchange, Repeat repeat, UtcTime now);

/// The one refusal that is about the token, and so about every request of the same kind: a 403 with
/// HubSpot's JSON and the category MISSING_SCOPES (developers.hubspot.com, "Error handling", and
/// recorded responses). Any other 4xx, including a 403 from a firewall or proxy in between, is
/// about what was sent: the rest is tried without it.
bool is_missing_scope(const Refused& refused);

/// The contents of an error body; HubSpot makes every field optional, and it may be HTML.
struct ErrorBody {
    std::string category = {};
    std::string message = {};
    std::string policy = {};  ///< `policyName` of a 429: `DAILY`, `TEN_SECONDLY_ROLLING`, …
    std::vector<RefusedProperty> properties = {};
    bool ends_early = false;  ///< truncated JSON: what it says is unknown
};
ErrorBody decode_error(const std::string& body);

}  // namespace ringbridge::hubspot
