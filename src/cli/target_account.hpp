// The first log line of a service: which account it will write to, and how.
#pragma once

#include "cli/engine.hpp"

namespace ringbridge::cli {

/// Logs `target_account`, with the reason if HubSpot cannot be asked. `worker` outlives the loop's
/// run.
Task<> log_target_account(Worker* worker);

}  // namespace ringbridge::cli
