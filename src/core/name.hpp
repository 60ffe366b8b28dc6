// A caller's name as it may be stored on a contact. What carriers and receptionists send for an
// unknown name does not count as one.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge {

/// In UTF-8, without control characters, each at most 200 bytes.
struct Name {
    std::string first;  ///< empty for no name at all
    std::string last;
};

/// Split at the first space. Not names: `SPAM RISK`, `WIRELESS CALLER VA`, `undefined`, a number.
Name read_name(std::string_view full);

/// HubSpot may require a name, an e-mail or both (developers.hubspot.com, contacts guide).
std::string placeholder_name(const std::string& e164);

/// With any number: a person may have reformatted the contact's own since.
bool is_placeholder_name(std::string_view first);

}  // namespace ringbridge
