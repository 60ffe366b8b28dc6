// The values that login pages hide in their HTML: CSRF tokens and the like.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::receptionist {

/// The content of `<meta name="…">` (or `property`); empty if there is none.
std::string meta_content(std::string_view html, std::string_view name);

/// The value of the first `<input name="…">`; empty if there is none.
std::string input_value(std::string_view html, std::string_view name);

/// What those two find, of all names.
struct HiddenValue {
    bool is_meta = false;
    std::string name, value;
};
std::vector<HiddenValue> hidden_values(std::string_view html);

/// Whether it has a field for a password: it is a login page.
bool asks_for_password(std::string_view html);

}  // namespace ringbridge::receptionist
