// The JSON of login requests and answers.
#pragma once

#include "core/time.hpp"
#include "receptionist/json_path.hpp"
#include "receptionist/placeholders.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringbridge::receptionist {

/// `json_template` with the placeholders in its strings filled, each value JSON-escaped.
std::string fill_json(const std::string& json_template, const Values& values);

/// Whether it is one, with placeholders in its strings or without.
bool is_json_object(const std::string& text);

/// The string or integer at `path`; nullopt if it is missing, or `body` is not JSON.
std::optional<std::string> text_at(const std::string& body, const JsonPath& path);

/// When a JWT (RFC 7519) was issued and expires, by its own claims: its signature is for the
/// platform to check. Anything that is not a JWT has neither.
struct TokenTimes {
    std::optional<UtcTime> issued_at;
    std::optional<UtcTime> expires_at;
};
TokenTimes read_token_times(std::string_view token);

}  // namespace ringbridge::receptionist
