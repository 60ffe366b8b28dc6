// The HubSpot side of a bridge. What the account supports is probed once and cached for a day, and
// the portal is checked.
#pragma once

#include "hubspot/account.hpp"
#include "hubspot/contacts.hpp"
#include "hubspot/tasks.hpp"
#include "ledger/ledger.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"

#include <memory>
#include <optional>
#include <string>

namespace ringbridge::bridge {

struct CrmOptions {
    hubspot::Wish wish;
    std::string portal_id;    ///< empty: any
    std::string fingerprint;  ///< of token and address: the cached probe holds for these
};

class Crm;

/// HubSpot as opened by one run, one dedup or one request. Never shared: whatever else runs
/// meanwhile, a coroutine that waits in one of these comes back to the same object.
class OpenCrm {
  public:
    OpenCrm(Crm& crm, hubspot::Capability capability);

    hubspot::Contacts& contacts() { return *contacts_; }
    hubspot::Activities& activities() { return *activities_; }
    hubspot::Tasks& tasks() { return *tasks_; }
    const hubspot::Capability& capability() const { return capability_; }

    /// A write was refused. If this token has no access to the calls object, switches to v1
    /// engagements, or throws CredentialsRefused if that is not allowed or refused as well. False:
    /// the refusal concerns that one write only. Call it between two requests of the owner.
    Task<bool> close_activities(hubspot::Refused refused);

    /// See hubspot::Client.
    UtcTime now() const;
    /// See hubspot::Client: from then on only recent calls are processed.
    bool daily_reserve_reached() const;

  private:
    Crm& crm_;
    hubspot::Capability capability_;
    std::unique_ptr<hubspot::Contacts> contacts_;
    std::shared_ptr<hubspot::Activities> activities_;
    std::unique_ptr<hubspot::Tasks> tasks_;
};

class Crm {
  public:
    Crm(CrmOptions options, const Mapping& mapping, hubspot::Client& client, ledger::Ledger& ledger,
        Clock& clock, Log& log);

    /// Call this first. Throws CredentialsRefused for the wrong portal.
    Task<OpenCrm> open();

    /// What a run would use now: cached, or probed with read requests. Changes nothing.
    Task<hubspot::Capability> look(Milliseconds patience);

    int requests() const { return client_.requests(); }
    const CrmOptions& options() const { return options_; }

  private:
    friend OpenCrm;
    Task<std::optional<hubspot::Capability>> remembered();
    bool is_fresh(UtcTime found_at) const;
    Task<> remember(hubspot::Capability capability);
    Task<> guard_portal(ApiVersion version);

    const CrmOptions options_;
    const Mapping& mapping_;
    hubspot::Client& client_;
    ledger::Ledger& ledger_;
    Clock& clock_;
    Log& log_;
    bool portal_known_ = false;
};

}  // namespace ringbridge::bridge
