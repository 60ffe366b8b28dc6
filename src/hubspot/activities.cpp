#include "hubspot/activities.hpp"

#include "core/match.hpp"
#include "hubspot/calls_object.hpp"
#include "hubspot/engagements_v1.hpp"

namespace ringbridge::hubspot {

std::unique_ptr<Activities> open_activities(ActivityApi api, ApiVersion version, Client& client) {
    if (api == ActivityApi::calls) return std::make_unique<CallsObject>(client, version);
    return std::make_unique<EngagementsV1>(client);
}

RowOutcome put_on(ActivityId id, Answer answer) {
    return match(
        std::move(answer), [&](const Done&) -> RowOutcome { return Written{std::move(id.text)}; },
        [](Refused refused) -> RowOutcome { return refused; },
        [](Unsure unsure) -> RowOutcome { return unsure; });
}

RowOutcome taken_off(ActivityId id, Answer answer) {
    const auto* refused = std::get_if<Refused>(&answer);
    if (refused && refused->status == 404) return Written{std::move(id.text)};
    return put_on(std::move(id), std::move(answer));
}

const char* status_of(const Activity& activity) {
    if (activity.missed) return "NO_ANSWER";
    return activity.ongoing ? "IN_PROGRESS" : "COMPLETED";
}

}  // namespace ringbridge::hubspot
