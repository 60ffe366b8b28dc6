// Numbers that a merge of contacts would lose. HubSpot keeps the survivor's phone, so a caller with
// the other contact's number would no longer be recognized. They go where there is room: into
// `mobilephone` or another phone property that is empty or only repeats another one.
#pragma once

#include "core/mapping.hpp"

namespace ringbridge {

/// The changes that give `survivor`, as the merge leaves it, the numbers of `loser` that it lacks,
/// as far as there is room.
Properties keep_numbers(Properties survivor, const Properties& loser, const Mapping& mapping);

/// The same for one number, into `mobilephone`.
Properties keep_number(const PhoneNumber& number, const Properties& survivor,
                       const Mapping& mapping);

/// Whether such a change is still useful: the number is missing, and there is room for it.
bool is_number_lacking(const std::string& property, const std::string& number,
                       const Properties& contact, const Mapping& mapping);

/// Whether kept numbers may go into `property`.
bool keeps_numbers(const std::string& property, const Mapping& mapping);

}  // namespace ringbridge
