#include "hubspot/activity_fallback.hpp"

namespace ringbridge::hubspot {
namespace {

bool is_not_there(const Refused& refused) { return refused.status == 404 || refused.status == 405; }

}  // namespace

Task<ActivityChoice> choose_activity_api(Account* account, ApiVersion version) {
    const auto refused = co_await account->calls_refusal(version);
    if (refused && is_missing_scope(*refused)) {
        co_return ActivityChoice{
            ActivityApi::engagements_v1,
            "this token has no access to the calls object: " + refused->message};
    }
    co_return ActivityChoice{ActivityApi::calls,
                             "HubSpot reports no missing scope for the calls object"};
}

bool may_mean_closed(const Refused& refused) {
    return is_missing_scope(refused) || is_not_there(refused);
}

Task<bool> is_calls_closed(Account* account, ApiVersion version, Refused refused) {
    if (is_missing_scope(refused)) co_return true;
    if (!is_not_there(refused)) co_return false;
    const auto read = co_await account->calls_refusal(version);
    co_return read&& is_not_there(*read);
}

}  // namespace ringbridge::hubspot
