// The merge itself, whoever requested it.
#pragma once

#include "sim/hubspot/state.hpp"

namespace ringbridge::sim {

/// Both must be live and different. Returns the survivor: a new record, unless the account keeps
/// the primary's id.
Record& merge_records(PortalState& state, Record& primary, Record& loser, UtcTime now);

}  // namespace ringbridge::sim
