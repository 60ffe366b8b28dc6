// Phone numbers, names and addresses as logs may show them: enough to tell two callers apart, too
// little to call or to name one.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge {

/// `+15718308515` becomes `+1571*****15`. At least five digits are always hidden, all of them
/// where there are fewer; punctuation and words are dropped, for a word may be somebody's name.
std::string mask_phone(std::string_view phone);

/// A text with each phone number in it masked. A date is none, nor what is part of a longer word;
/// another number of seven digits or more is taken for one.
std::string mask_phones_in(std::string_view text);

/// `Jane Doe` becomes `J*** D***`.
std::string mask_name(std::string_view name);

/// `203.0.113.7` becomes `203.0.113.*`, and of an IPv6 address its owner's part stays.
std::string mask_address(const std::string& address);

}  // namespace ringbridge
