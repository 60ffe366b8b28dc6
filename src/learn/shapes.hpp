// What a value looks like, whatever its name: a moment, a number to dial, an e-mail address, an id.
#pragma once

#include "core/time.hpp"
#include "learn/leaves.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::learn {

/// How a time is written: in the words of a profile's `format`, which is empty for RFC 3339 and
/// Unix times.
struct TimeShape {
    std::string format;
    bool needs_zone = false;
    bool operator==(const TimeShape&) const = default;
};

/// All ways in which the text can be a moment of our days; empty if it is none.
std::vector<TimeShape> time_shapes(const Leaf& leaf);
bool is_time(const Leaf& leaf);
std::optional<UtcTime> time_in(const Leaf& leaf, const TimeShape& shape, const std::string& zone);

bool is_phone(const Leaf& leaf);
/// A word in place of a number that the caller hid.
bool is_withheld(const Leaf& leaf);
bool is_email(std::string_view text);
bool is_address(std::string_view text);  ///< http, or a path that begins with `/`
bool is_jwt(std::string_view text);
/// A length of time by its writing alone: `1:33`, `PT4M7S`, `93s`.
bool is_written_duration(const Leaf& leaf);
std::optional<double> number_of(const Leaf& leaf);  ///< of texts too; a decimal comma counts

/// `7c1e…`, `acc_8f2k1`, `4711`: what no person would choose for a word.
bool is_identifier(std::string_view text);
/// Letters and separators only, as constants of a program are: `created_at.desc`, `all`.
bool is_word(std::string_view text);
/// A name of a person, by its writing: a few words without digits.
bool is_like_a_name(const Leaf& leaf);
/// First and last name by its writing alone: two to four words with capitals.
bool is_person(const Leaf& leaf);
/// A sentence or more.
bool is_prose(const Leaf& leaf);
/// What was said by turns, as one text: `Agent: Hello!`, a line each.
bool is_dialogue(const Leaf& leaf);
/// An address that ends like a recording's.
bool is_sound(const Leaf& leaf);

}  // namespace ringbridge::learn
