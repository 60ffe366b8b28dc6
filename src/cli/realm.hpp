// The line that a service begins with: in whose account it is about to write, and how.
#pragma once

#include "cli/engine.hpp"

namespace ringbridge::cli {

/// Logs `realm`, also where HubSpot cannot be asked: it then says why. Both outlive the loop's run.
Task<> tell_realm(Engine* engine, const runtime::Settings* settings);

}  // namespace ringbridge::cli
