// Whose HubSpot account a bridge would write to, and how: logged when a service starts, so that a
// wrong account is noticed before anything is written.
#pragma once

#include "bridge/crm.hpp"

#include <string>

namespace ringbridge::bridge {

struct TargetAccount {
    /// Empty if HubSpot does not say; `ui_domain`: where people see the account.
    std::string portal = {}, account_type = {}, ui_domain = {};
    std::string version = {}, activities = {};  ///< empty if HubSpot could not be asked
    std::string error = {};                     ///< why not; empty if everything is known
};

/// Only reads, without retries: a service does not wait for it. Does not throw on external errors.
Task<TargetAccount> find_target_account(Crm* crm, hubspot::Client* client);

}  // namespace ringbridge::bridge
