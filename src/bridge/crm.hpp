// HubSpot's side of a bridge, opened: what the account can do is found out once and remembered for
// a day, the portal is guarded, the properties are there.
#pragma once

#include "hubspot/account.hpp"
#include "hubspot/contacts.hpp"
#include "hubspot/properties.hpp"
#include "hubspot/tasks.hpp"
#include "ledger/ledger.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>

namespace ringbridge::bridge {

struct CrmOptions {
    hubspot::Wish wish;
    std::string portal_id;    ///< empty: any
    std::string fingerprint;  ///< of token and address: what was found out holds for these
};

class Crm {
  public:
    Crm(CrmOptions options, const Mapping& mapping, hubspot::Door& door, ledger::Ledger& ledger,
        Clock& clock, Log& log);

    /// Before anything else. Throws CredentialsRefused for the wrong portal.
    Task<> open();
    /// Makes the contact properties that are missing, where the token may; once in a process.
    Task<> prepare_properties();
    Task<hubspot::PropertySetup> setup_properties();

    /// The calls object refused a write. Goes over to v1 engagements, or throws CredentialsRefused
    /// where that is not allowed or refused as well. False: it was about that one write only.
    Task<bool> close_activities(hubspot::Refused refused);

    hubspot::Contacts& contacts() { return *contacts_; }
    hubspot::Activities& activities() { return *activities_; }
    hubspot::Tasks& tasks() { return *tasks_; }
    const hubspot::Capability& capability() const { return capability_; }
    /// Without the properties that the account does not have.
    Properties writable(Properties properties) const;
    int requests() const { return door_.requests(); }
    /// See hubspot::Door: then only recent calls go on.
    bool spares_the_rest_of_the_day() const { return door_.spares_the_rest_of_the_day(); }
    const CrmOptions& options() const { return options_; }

    /// What a run would use now: remembered, or found out by reading. Changes nothing.
    Task<hubspot::Capability> look(Milliseconds patience);

  private:
    struct Remembered {
        UtcTime found_at;
        hubspot::Capability capability;
    };
    Task<std::optional<Remembered>> remembered();
    Task<> use(hubspot::Capability capability);
    Task<> guard_portal();

    const CrmOptions options_;
    const Mapping& mapping_;
    hubspot::Door& door_;
    ledger::Ledger& ledger_;
    Clock& clock_;
    Log& log_;
    hubspot::Account account_;
    hubspot::Capability capability_;
    std::unique_ptr<hubspot::Contacts> contacts_;
    std::unique_ptr<hubspot::Activities> activities_;
    std::unique_ptr<hubspot::Tasks> tasks_;
    std::set<std::string> absent_properties_;
    std::optional<UtcTime> found_at_;
    bool portal_known_ = false;
    bool properties_known_ = false;
};

}  // namespace ringbridge::bridge
