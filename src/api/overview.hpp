// A bridge's state at a glance.
#pragma once

#include "bridge/service.hpp"

#include <map>
#include <optional>
#include <string>

namespace ringbridge::api {

struct Overview {
    const bridge::Service& service;
    UtcTime now, since;
    std::map<std::string, int> all, recent;  ///< calls by state; recent: since `since`
    std::optional<ledger::Entry> newest;     ///< call
    hubspot::Quota quota;
    bridge::TargetAccount target_account;  ///< as far as it is known
};

/// The caller awaits it.
Task<Overview> overview_of(bridge::Service* service, UtcTime now, UtcTime since);

}  // namespace ringbridge::api
