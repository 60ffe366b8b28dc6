// Texts with `${names}`, as used in a profile's requests: values only, no logic.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::receptionist {

using Values = std::map<std::string, std::string>;

/// What may stand before a name that is a whole value: `=` a number if it can be one, `?` text, `-`
/// left out where there is nothing.
inline constexpr std::string_view typed_marks = "=?-";
/// `cursor` of `-=cursor`
std::string_view without_marks(std::string_view name);

/// The names between `${` and `}`, in order; nullopt if one is unclosed.
std::optional<std::vector<std::string>> placeholders_in(std::string_view text);

/// The text with every name replaced by its value; a name without a value becomes empty.
std::string fill(std::string_view text, const Values& values);

}  // namespace ringbridge::receptionist
