// Which of the two activity APIs is used: the calls object if this token may use it, else v1
// engagements. What a probe could not know, a refused write shows later.
#pragma once

#include "hubspot/account.hpp"

namespace ringbridge::hubspot {

struct ActivityChoice {
    ActivityApi api = ActivityApi::calls;
    std::string why;
};

/// Only reads, so it cannot prove that writes are allowed.
Task<ActivityChoice> choose_activity_api(Account* account, ApiVersion version);

/// Whether the refusal may be about the calls object itself, not just about what was sent.
bool may_mean_closed(const Refused& refused);

/// Whether a refused write means that this token has no access to the calls object: either HubSpot
/// says so (see is_missing_scope), or the object does not exist. A 404 or 405 means the latter only
/// if a read gets one too (Unconfirmed: that an account lacks it).
Task<bool> is_calls_closed(Account* account, ApiVersion version, Refused refused);

}  // namespace ringbridge::hubspot
