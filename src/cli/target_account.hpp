// The line that a service begins with: in whose account it is about to write, and how.
#pragma once

#include "cli/engine.hpp"

namespace ringbridge::cli {

/// Logs `target_account`, also where HubSpot cannot be asked: it then says why. `worker` outlives the loop's
/// run.
Task<> log_target_account(Worker* worker);

}  // namespace ringbridge::cli
