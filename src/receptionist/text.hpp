// Sanitizes text and JSON from a site, so that the rest of ringbridge can rely on it.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge::receptionist {

/// Valid UTF-8 without NUL bytes: each byte outside a valid sequence becomes U+FFFD.
std::string clean_text(std::string text);

/// Makes common invalid JSON parseable: unpaired surrogates (a text cut in the middle of an emoji)
/// become U+FFFD, bare control characters in strings spaces, and NaN, Infinity and numbers too
/// large for a double null. Valid JSON is unchanged.
std::string repair_json(std::string_view json);

/// Replaces each list and object nested deeper than `levels` with null.
/// Works on broken JSON too.
std::string prune_json(std::string_view json, std::size_t levels);

/// The nesting depth of lists and objects. Works on broken JSON too.
std::size_t nesting_of(std::string_view json);

}  // namespace ringbridge::receptionist
