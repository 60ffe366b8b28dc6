// Text as the rest of ringbridge may rely on it, whatever a site sent.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge::receptionist {

/// Valid UTF-8 without NUL bytes: each byte that is in no valid sequence becomes U+FFFD.
std::string clean_text(std::string text);

std::string_view trimmed(std::string_view text);

/// JSON that careless servers write, made parseable: halves of surrogate pairs (a text cut in the
/// middle of an emoji) become U+FFFD, bare control characters in strings spaces, and NaN,
/// Infinity and numbers that are too large for a double null. Valid JSON comes back as it was.
std::string mend_json(std::string_view json);

/// With null in place of each list and object at a level deeper than `levels`.
/// Works on broken JSON too.
std::string prune_json(std::string_view json, std::size_t levels);

/// How deep lists and objects stand in each other. Works on broken JSON too.
std::size_t nesting_of(std::string_view json);

/// The same on every machine and in every version: keys are made of it.
std::string stable_hash(std::string_view text);

}  // namespace ringbridge::receptionist
