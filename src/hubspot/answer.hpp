// The one place where an answer of HubSpot's is classified, by what the asker should do next.
//
// Sources: developers.hubspot.com, "Error handling" (statuses 207, 423, 429, 477, 5xx, 52x) and
// "API usage guidelines" (429 bodies and their policies; CRM answers carry no Retry-After).
#pragma once

#include "core/time.hpp"
#include "ports/http.hpp"

#include <expected>
#include <string>
#include <variant>
#include <vector>

namespace ringbridge::hubspot {

/// Whether repeating a request blindly can do harm.
enum class Effect { read, write };

/// A 2xx with its JSON. It counts only for the records that its body confirms.
struct Done {
    int status = 200;
    std::string body;
};

/// A property of what was sent that a refusal names.
struct RefusedProperty {
    std::string name;
    std::string code;  ///< `PROPERTY_DOESNT_EXIST`, `INVALID_OPTION`, …; may be empty
    bool operator==(const RefusedProperty&) const = default;
};

/// Not done, and the same request again would be refused again.
struct Refused {
    int status = 400;
    std::string category;  ///< `MISSING_SCOPES`, `VALIDATION_ERROR`, …; may be empty
    std::string message;   ///< HubSpot's, cut short
    bool alone = true;     ///< false: the whole batch was refused; perhaps not for this row
    std::vector<RefusedProperty> properties = {};  ///< that it is about, where it names them
};

/// Certainly not done; come again, not before `at_least` has passed.
struct Wait {
    Milliseconds at_least{0};
    std::string why;
    bool for_all = false;  ///< a limit: not for this request alone
};

/// A write whose answer was lost: perhaps done. Look before writing again.
struct Unsure {
    std::string why;
};

/// The token is not accepted at all.
struct Unauthorized {
    std::string message;
};

using Verdict = std::variant<Done, Refused, Wait, Unsure, Unauthorized>;

/// What is left of a verdict when the door has done the waiting.
using Answer = std::variant<Done, Refused, Unsure>;

Verdict classify(const std::expected<HttpResponse, Lost>& exchange, Effect effect);

/// The one refusal that is about the token, and so about all that is asked for in the same way: 403
/// with HubSpot's own JSON and the category MISSING_SCOPES (developers.hubspot.com, "Error
/// handling", and recorded answers). Any other 4xx, also a 403 from what stands between us and
/// HubSpot, is about what was sent: then the rest is tried without it.
bool is_missing_scope(const Refused& refused);

/// What HubSpot's error bodies hold; every field is optional there, and the body may be HTML.
struct ErrorBody {
    std::string category = {};
    std::string message = {};
    std::string policy = {};  ///< `policyName` of a 429: `DAILY`, `TEN_SECONDLY_ROLLING`, …
    std::vector<RefusedProperty> properties = {};
    bool ends_early = false;  ///< it began as JSON: what it would have said is not known
};
ErrorBody decode_error(const std::string& body);

}  // namespace ringbridge::hubspot
