// What the dialects of the simulated vendor share: reading a query strictly, cutting pages.
#pragma once

#include "core/url.hpp"
#include "sim/vendor/vendor.hpp"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::sim::vendor {

using Json = nlohmann::json;
using Calls = std::vector<const VendorCall*>;

struct Asked {
    const HttpRequest& request;
    Target target;
    const VendorOptions& options;
    const std::vector<VendorCall>& calls;  ///< oldest first
};

/// What a request did wrong; thrown, and answered with its status.
struct Refusal {
    int status;
    std::string message;
};

/// The parameters by name; an unknown one or one that comes twice is a 400.
std::map<std::string, std::string> parameters(const Asked& asked,
                                              std::initializer_list<std::string_view> known);

/// A whole number; `otherwise` if it is missing, a 400 if it is none.
std::int64_t number(const std::map<std::string, std::string>& given, const std::string& name,
                    std::int64_t otherwise);

/// RFC 3339 with a zone; nothing if it is missing, a 400 if it is none.
std::optional<UtcTime> moment(const std::map<std::string, std::string>& given,
                              const std::string& name);

/// The call with this id; a 404 if there is none.
const VendorCall& call_at(const Asked& asked, std::string_view id);

/// What follows `prefix` in the path, if anything does and it is no folder.
std::optional<std::string> id_after(const Asked& asked, std::string_view prefix);

Json answers_of(const VendorCall& call);
bool is_analysed(const VendorCall& call);
/// `Agent: Hello.` and so on, a line each.
std::string talk_of(const VendorCall& call, std::string_view agent, std::string_view user);
std::string iso(UtcTime time);
std::int64_t unix_ms(UtcTime time);
UtcTime end_of(const VendorCall& call);

HttpResponse ok(const Json& body);

// One for each platform: throws Refusal.
HttpResponse answer_elevenlabs(const Asked& asked);
HttpResponse answer_retell(const Asked& asked);
HttpResponse answer_vapi(const Asked& asked);
HttpResponse answer_bland(const Asked& asked);
HttpResponse answer_synthflow(const Asked& asked);

// The body of a webhook, one for each platform: the call has ended, and is analysed if it is.
Json event_elevenlabs(const VendorCall& call, UtcTime now);
Json event_retell(const VendorCall& call);
Json event_vapi(const VendorCall& call, UtcTime now);
Json event_bland(const VendorCall& call);
Json event_synthflow(const VendorCall& call);

}  // namespace ringbridge::sim::vendor
