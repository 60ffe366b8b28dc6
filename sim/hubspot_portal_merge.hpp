// A merge itself, whoever asked for it.
#pragma once

#include "sim/hubspot_portal_state.hpp"

namespace ringbridge::sim {

/// Both must be live and not the same. Returns the record in which both live on: a new one, unless
/// the account keeps the primary's id.
Record& merge_records(PortalState& state, Record& primary, Record& loser, UtcTime now);

}  // namespace ringbridge::sim
