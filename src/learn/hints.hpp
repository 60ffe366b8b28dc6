// What a recording says about the site as a whole: its name, its country and zones, the records
// that were opened.
#pragma once

#include "learn/call_list.hpp"
#include "learn/fields.hpp"
#include "learn/provenance.hpp"

#include <string>

namespace ringbridge::learn {

/// Of the page that showed the list of calls.
std::string page_host(const Recording& recording, const CallList& list);
/// The main label of its host, as a profile's name may be.
std::string default_name(const std::string& host);

ZoneHints zone_hints(const Recording& recording, const Provenance& provenance,
                     const CallList& list);

}  // namespace ringbridge::learn
