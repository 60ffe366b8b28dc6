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

/// The texts of a JSON object by member name; none for an empty body. Or the answer that refuses
/// it: 415 for what does not say that it is JSON, 400 for what is none, for a member that is not
/// `known` or no text.
std::expected<std::map<std::string, std::string>, HttpResponse> read_texts(
    const HttpRequest& request, const std::vector<std::string>& known);

/// An edited plan of duplicates (`bridge::decode_plan`); nothing for an empty body. Or the answer
/// that refuses it, as above.
std::expected<std::optional<std::vector<DuplicateGroup>>, HttpResponse> read_plan(
    const HttpRequest& request);

}  // namespace ringbridge::admin
