// The request that a site sends when one call is opened. Profiles cannot send it yet; what it would
// add is reported.
#pragma once

#include "learn/call_list.hpp"
#include "learn/fields.hpp"
#include "learn/finding.hpp"
#include "learn/provenance.hpp"

namespace ringbridge::learn {

void note_detail(const Recording& recording, const Provenance& provenance, const CallList& list,
                 const Mapping& mapping, Notes& notes);

}  // namespace ringbridge::learn
