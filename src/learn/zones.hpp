// In which time zone a site's times without one may be: by what its answers, pages and scripts
// name, by the offsets of its other times, and by the country that it is for.
#pragma once

#include "learn/call_list.hpp"
#include "learn/fields.hpp"
#include "learn/provenance.hpp"

#include <string>
#include <vector>

namespace ringbridge::learn {

/// The best guess first. `host`: of the page.
std::vector<ZoneGuess> guess_zones(const Recording& recording, const Provenance& provenance,
                                   const CallList& list, const std::string& host);

/// The country of the numbers in the list, `DE`, where most name one; else of the site, by its
/// address and the language of its pages. Empty if nothing says.
std::string guess_country(const Recording& recording, const CallList& list,
                          const std::string& host);

}  // namespace ringbridge::learn
