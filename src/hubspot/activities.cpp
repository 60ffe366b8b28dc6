#include "hubspot/activities.hpp"

#include "hubspot/calls_object.hpp"
#include "hubspot/engagements_v1.hpp"

namespace ringbridge::hubspot {

std::string to_string(ActivityApi api) {
    return api == ActivityApi::calls ? "calls" : "engagements-v1";
}

std::unique_ptr<Activities> open_activities(ActivityApi api, ApiVersion version, Door& door) {
    if (api == ActivityApi::calls) return std::make_unique<CallsObject>(door, version);
    return std::make_unique<EngagementsV1>(door);
}

const char* status_of(const Activity& activity) {
    return activity.missed ? "NO_ANSWER" : "COMPLETED";
}

}  // namespace ringbridge::hubspot
