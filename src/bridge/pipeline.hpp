// What the steps of a delivery share: see delivery.hpp.
#pragma once

#include "bridge/contact_cache.hpp"
#include "bridge/timing.hpp"
#include "bridge/transitions.hpp"

namespace ringbridge::bridge {

/// Not to be moved: its parts refer to each other.
struct Pipeline {
    explicit Pipeline(RunContext context) : run{context}, contacts{run}, transitions{run} {}
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    const RunContext run;
    ContactCache contacts;
    Transitions transitions;

    /// Whether the call may have been synced to its contact without the ledger's knowledge.
    bool may_be_forgotten(const Entry& entry) const {
        return bridge::may_be_forgotten(run, entry) && !contacts.was_created(entry.contact_id);
    }

    /// True: HubSpot does not show a contact that the entry needs, and the entry is deferred. Such
    /// a contact is not deleted.
    bool defer_unreadable(Entry& entry, const ContactId& contact_id, const char* stage) {
        const auto why = contacts.why_unreadable(contact_id);
        if (!why) return false;
        transitions.defer(entry, stage,
                          "HubSpot refused to show contact " + contact_id.text + ": " + *why);
        return true;
    }
};

}  // namespace ringbridge::bridge
