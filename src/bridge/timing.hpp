// When something that was sent must have arrived, and what may have been sent before.
#pragma once

#include "bridge/run_context.hpp"

namespace ringbridge::bridge {

/// A write whose response was lost may still be in progress at HubSpot: only after this time does
/// its absence prove anything. It counts from when the response was given up, not from when the
/// intent was recorded, since the request may have been sent much later; if the process died in
/// between, from when the run lock was next taken: until then it may have been alive.
inline constexpr Milliseconds settle_time{15'000};

/// Where a lock can be lost by a process that lives, its last request may still be under way for
/// so long after the lock was taken from it; else nothing.
Milliseconds loser_may_take(const ledger::Ledger& ledger);

/// From when on HubSpot shows for certain what became of a write begun at `begun`.
SteadyTime visible_by(const RunContext& run, UtcTime begun);

/// Only calls made before the ledger's memory is complete can have been synced without its
/// knowledge.
bool may_be_forgotten(const RunContext& run, const ledger::Entry& entry);

/// From when on HubSpot certainly shows what was done before the ledger's memory was complete.
SteadyTime forgotten_visible_by(const RunContext& run);

}  // namespace ringbridge::bridge
