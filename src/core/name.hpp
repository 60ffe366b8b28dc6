// A caller's name as it may be kept on a contact: what carriers and receptionists put where they
// know none is no name.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge {

/// In UTF-8, without control characters, each at most 200 bytes.
struct Name {
    std::string first;  ///< empty for no name at all
    std::string last;
};

/// Split at the first blank. No name: `SPAM RISK`, `WIRELESS CALLER VA`, `undefined`, a number.
Name read_name(std::string_view full);

/// HubSpot may insist on a name, an e-mail or both (developers.hubspot.com, contacts guide).
std::string placeholder_name(const std::string& e164);

/// Whatever the number: a person may have written the contact's own in another way since.
bool is_placeholder_name(std::string_view first);

}  // namespace ringbridge
