// The simulated HubSpot's error responses: the bodies of HubSpot's error handling guide, as values.
#pragma once

#include "ports/http.hpp"
#include "sim/hubspot/portal.hpp"

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::sim {

using Context = std::map<std::string, std::vector<std::string>>;

/// One entry of an error body's `errors`.
struct Detail {
    std::string message;
    std::string code = {};
    Context context = {};
};

/// An error body. Empty members are omitted, as HubSpot does.
struct Refusal {
    int status = 400;
    std::string category;
    std::string message;
    std::string sub_category = {};
    Context context = {};
    std::vector<Detail> details = {};
    std::map<std::string, std::string> extra = {};  ///< further members of the body, all text
    bool html = false;                              ///< some of HubSpot's 404s are HTML, not JSON
};

using Answer = std::expected<HttpResponse, Refusal>;
using Check = std::optional<Refusal>;

Refusal validation_error(std::string message, std::vector<Detail> details = {});
/// A body of the wrong shape: no category, as from HubSpot's JSON reader.
Refusal unreadable_input(std::string why, std::size_t line = 1, std::size_t column = 1);
/// `Property values were not valid: [...]`, which repeats the details as JSON inside the message.
Refusal invalid_values(const std::vector<Detail>& details, std::int64_t portal_id);
Refusal not_found(std::string message = "resource not found");
Refusal not_found_page();
Refusal missing_scopes(std::string scope);

HttpResponse refuse(const Refusal& refusal, const std::string& correlation_id);

}  // namespace ringbridge::sim
