// Whose HubSpot account a bridge would write to, and how: the line that a service begins with, so
// that a wrong account is seen before anything is written.
#pragma once

#include "bridge/crm.hpp"

#include <string>

namespace ringbridge::bridge {

struct TargetAccount {
    /// Empty where HubSpot does not tell; `ui_domain`: where people see the account.
    std::string portal = {}, account_type = {}, ui_domain = {};
    std::string version = {}, activities = {};  ///< empty where HubSpot could not be asked
    std::string error = {};                     ///< why not; empty where all is known
};

/// By reading alone, without patience: a service does not wait for it. Throws nothing for what is
/// outside.
Task<TargetAccount> find_target_account(Crm* crm, hubspot::Client* client);

}  // namespace ringbridge::bridge
