// The texts in a request's body.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <vector>

namespace ringbridge::api {

/// The string members of a JSON object; or what is wrong with it, as a sentence: it is none, or has
/// a member that is not `known`, not a string, or has control characters.
std::expected<std::map<std::string, std::string>, std::string> decode_texts(
    const std::string& body, const std::vector<std::string>& known);

}  // namespace ringbridge::api
