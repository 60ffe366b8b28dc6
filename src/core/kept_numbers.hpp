// Numbers that a merge of contacts would lose. HubSpot keeps the first one's phone, so a caller
// whose number was the other's would be a stranger with the next call. They go where there is room:
// into `mobilephone` or another phone property that is empty, or that only repeats one of the
// others.
#pragma once

#include "core/mapping.hpp"

namespace ringbridge {

/// The changes that give `survivor`, as the merge leaves it, the numbers of `loser` that it lacks,
/// as far as there is room.
Properties keep_numbers(Properties survivor, const Properties& loser, const Mapping& mapping);

/// The same for one number, into `mobilephone`.
Properties keep_number(const PhoneNumber& number, const Properties& survivor,
                       const Mapping& mapping);

/// Whether such a change is still of use: the number is lacking, and there is room for it.
bool is_number_lacking(const std::string& property, const std::string& number,
                       const Properties& contact, const Mapping& mapping);

/// Whether a number may be kept there.
bool keeps_numbers(const std::string& property, const Mapping& mapping);

}  // namespace ringbridge
