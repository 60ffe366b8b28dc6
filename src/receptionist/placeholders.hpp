// Texts with `${names}` in them, as profiles write requests: values and nothing else, no logic.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::receptionist {

using Values = std::map<std::string, std::string>;

/// The names between `${` and `}`, in order; nothing where one is never closed.
std::optional<std::vector<std::string>> placeholders_in(std::string_view text);

/// The text with every name replaced by its value; a name without a value becomes empty.
std::string fill(std::string_view text, const Values& values);

}  // namespace ringbridge::receptionist
