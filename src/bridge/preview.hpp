// What a run would do, as far as reading shows: a dry run. The matcher's own rules decide; nothing
// is recorded and nothing is written.
#pragma once

#include "bridge/detailed_pages.hpp"
#include "bridge/run_context.hpp"

#include <map>
#include <string>

namespace ringbridge::bridge {

/// The calls in the report's window by id; what cannot be read of them is reported. Throws
/// OutOfReach or CredentialsRefused.
Task<std::map<CallId, Call>> list_for_preview(DetailedPages pages, const bool* stopping,
                                              Report* report);

/// Fills in the report. `run.log`: hears of calls that would be parked as if they were.
Task<> preview(RunContext run, std::map<CallId, Call> listed);

}  // namespace ringbridge::bridge
