// The pieces of a URL that ringbridge takes apart or puts together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringbridge {

using Query = std::vector<std::pair<std::string, std::string>>;

/// The path and query of a URL, with or without scheme and host; names and values decoded.
struct Target {
    std::string path;  ///< always begins with `/`
    Query query;

    /// The first value under `name`.
    std::optional<std::string> parameter(std::string_view name) const;
};

Target parse_target(std::string_view url);

/// Percent-encodes all but RFC 3986's unreserved characters.
std::string percent_encode(std::string_view text);
std::string percent_decode(std::string_view text);

/// `?a=1&b=2`, encoded; empty for no parameters.
std::string encode_query(const Query& query);

/// `https://api.hubapi.com` of any URL below it; empty where `url` is not http or https.
std::string origin_of(std::string_view url);

/// The address that a link on the page `base` leads to (RFC 3986, 5.2), without dot segments
/// resolved; empty if it is neither http nor https.
std::string resolve_url(const std::string& base, std::string_view link);

/// Joins a base (with or without a closing slash) and an absolute path.
std::string join_url(std::string_view base, std::string_view path);

}  // namespace ringbridge
