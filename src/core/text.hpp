// Text for CRM fields: truncated without breaking a character, escaped for HTML.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ringbridge {

/// At most `bytes_max` bytes of `text`, never ending inside a UTF-8 sequence.
std::string_view cut_utf8(std::string_view text, std::size_t bytes_max);

/// ASCII letters in lower case; the rest unchanged.
std::string lower_case(std::string_view text);

/// Without white space at either end.
std::string_view trim(std::string_view text);

/// With a space for each control character, including line breaks, tabs and bidirectional controls.
std::string without_controls(std::string_view text);

struct EscapedText {
    std::string html;
    bool whole = true;  ///< false: cut to fit
};

/// `text` as HTML of at most `bytes_max` bytes: markup escaped, line breaks as `<br>`, control
/// characters left out, never cut inside an entity or a character.
EscapedText escape_html(std::string_view text, std::size_t bytes_max);

/// Decodes the five entities that escape_html writes.
std::string unescape_html(std::string_view html);

/// Levenshtein distance: insertions, deletions and substitutions.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// FNV-1a, 64 bits, as 16 hex digits: the same on every machine and in every version, since keys
/// are built from it. For detecting changes, not for security.
std::string stable_hash(std::string_view text);

}  // namespace ringbridge
