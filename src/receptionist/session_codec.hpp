// The JSON that a login sends and brings.
#pragma once

#include "core/time.hpp"
#include "receptionist/json_path.hpp"
#include "receptionist/placeholders.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringbridge::receptionist {

/// `json_template` with the placeholders in its strings filled, each value escaped as JSON wants.
std::string fill_json(const std::string& json_template, const Values& values);

/// The text or whole number at `path`; nothing where it is not there, or `body` is no JSON.
std::optional<std::string> text_at(const std::string& body, const JsonPath& path);

/// When a JWT (RFC 7519) was issued and runs out, as it says itself: its signature is the
/// platform's affair and is not checked. Anything that is no JWT has neither.
struct TokenTimes {
    std::optional<UtcTime> issued_at;
    std::optional<UtcTime> expires_at;
};
TokenTimes read_token_times(std::string_view token);

}  // namespace ringbridge::receptionist
