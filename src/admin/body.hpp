// A request's body, read as strictly as its parameters.
#pragma once

#include "core/duplicates.hpp"
#include "ports/http.hpp"

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::admin {

/// The string members of a JSON object; empty for an empty body. Or the error response: 415 if the
/// Content-Type is not JSON, 400 if the body is not, or has a member that is not `known` or not a
/// string.
std::expected<std::map<std::string, std::string>, HttpResponse> read_texts(
    const HttpRequest& request, const std::vector<std::string>& known);

/// An edited plan of duplicates (`api::decode_plan`); nothing for an empty body. Or the error
/// response, as above.
std::expected<std::optional<std::vector<DuplicateGroup>>, HttpResponse> read_plan(
    const HttpRequest& request);

}  // namespace ringbridge::admin
