// Several activities of one call, as earlier tools left them: when a call is rewritten on request,
// one stays and the others are deleted after it was rewritten. At no moment is there none.
#pragma once

#include "bridge/pipeline.hpp"

#include <vector>

namespace ringbridge::bridge {

using DuplicateActivities = std::map<CallId, std::set<ActivityId>>;

/// The entries' other activities, on any contact with their numbers. An entry whose own activity
/// was deleted takes over one of them.
Task<DuplicateActivities> find_duplicate_activities(Pipeline* pipeline,
                                                    std::vector<Entry>* entries);

/// What cannot be deleted is reported.
Task<> remove_activities(Pipeline* pipeline, CallId call_id, std::set<ActivityId> ids);

}  // namespace ringbridge::bridge
