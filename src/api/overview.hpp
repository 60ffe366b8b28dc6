// A bridge's state at a glance.
#pragma once

#include "api/served.hpp"

#include <map>
#include <optional>
#include <string>

namespace ringbridge::api {

/// Where the platform is to send its webhooks.
struct WebhookAddress {
    std::string path;  ///< after this machine's address
    bool on = false;   ///< false: they are not accepted, for want of a WEBHOOK_SECRET
    std::optional<UtcTime> last_event_at;
};

struct Overview {
    const bridge::Service& service;
    UtcTime now, since;
    std::map<std::string, int> all, recent;  ///< calls by state; recent: since `since`
    std::optional<ledger::Entry> newest;     ///< call
    hubspot::Quota quota;
    bridge::TargetAccount target_account;    ///< as far as it is known
    std::optional<WebhookAddress> webhooks;  ///< none: by its profile the platform sends none
};

/// The caller awaits it.
Task<Overview> overview_of(const Served* served, UtcTime now, UtcTime since);

}  // namespace ringbridge::api
