// Phone numbers, names and addresses as logs may show them: enough to distinguish two callers, too
// little to call or identify one.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge {

/// `+15718308515` becomes `+1571*****15`. At least five digits are always hidden, or all if there
/// are fewer; punctuation and words are dropped, as a word may be a name.
std::string mask_phone(std::string_view phone);

/// `text` with each phone number masked. Dates and parts of longer words are not phone numbers; any
/// other number of seven digits or more counts as one.
std::string mask_phones_in(std::string_view text);

/// `Jane Doe` becomes `J*** D***`.
std::string mask_name(std::string_view name);

/// `203.0.113.7` becomes `203.0.113.*`, and an IPv6 address its /64 network.
std::string mask_address(const std::string& address);

}  // namespace ringbridge
