// Checks everything that has to work before a call can be synced: what works, what does not, and
// what to do about it. It only reads, and tries every check, whatever failed before.
#pragma once

#include "bridge/crm.hpp"
#include "bridge/push.hpp"
#include "bridge/report.hpp"
#include "hubspot/properties.hpp"
#include "receptionist/listing.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge::bridge {

enum class CheckStatus { ok, warning, failed, skipped };

struct Check {
    std::string name;  ///< `hubspotToken`
    CheckStatus status = CheckStatus::ok;
    std::string found;
    std::string next;              ///< what to do; empty if nothing
    Ending ending = Ending::done;  ///< how a run would end if this failed
};

struct ReceptionistFindings {
    std::string platform;
    std::optional<UtcTime> token_expires_at;
    std::optional<TimeRange> window;  ///< whose first page was read
    receptionist::FieldSurvey survey;
};

struct HubspotFindings {
    std::optional<hubspot::AccountDetails> account;
    std::optional<hubspot::Capability> capability;
    std::optional<std::vector<std::string>> scopes;
    std::optional<hubspot::PropertyLook> properties;
    hubspot::Quota quota;
};

struct Probe {
    std::vector<Check> checks;
    ReceptionistFindings receptionist;
    HubspotFindings hubspot;

    /// Whether nothing failed: warnings do not keep calls from being synced.
    bool ok() const;
    /// How a run would end; what a person must fix takes precedence over what may be temporary.
    Ending ending() const;
};

class Prober {
  public:
    Prober(const Mapping& mapping, Crm& crm, receptionist::Receptionist& receptionist,
           hubspot::Client& client, ledger::Ledger& ledger, const Push& push, Clock& clock);

    /// Throws only on a bug of ours.
    Task<Probe> probe();
    /// The receptionist's side alone: nothing is sent to HubSpot.
    Task<Probe> probe_receptionist();

  private:
    void add(const char* name, CheckStatus status, std::string found, std::string next = {},
             Ending ending = Ending::done);

    // probe_receptionist.cpp
    Task<> look_at_receptionist();
    Task<std::expected<void, receptionist::PlatformError>> survey_calls();
    void report_reachable(const Traffic& before);
    void report_login(const std::expected<void, receptionist::PlatformError>& opened);
    void report_page(const std::expected<void, receptionist::PlatformError>& read);
    void report_fields();

    // probe_push.cpp
    Task<> look_at_push();
    void report_push(const ledger::Arrivals& arrivals);

    // probe_hubspot.cpp
    Task<> look_at_hubspot();
    Task<bool> reach_hubspot();
    void report_portal();
    Task<> look_at_activities();
    Task<> look_at_contacts();
    Task<> look_at_scopes();
    Task<> look_at_properties();
    void report_quota();

    const Mapping& mapping_;
    Crm& crm_;
    receptionist::Receptionist& receptionist_;
    hubspot::Client& client_;
    ledger::Ledger& ledger_;
    const Push& push_;
    Clock& clock_;
    hubspot::Account account_;
    Probe probe_;
};

/// `ok`, `warning`, `failed`, `skipped`.
const char* to_string(CheckStatus status);

}  // namespace ringbridge::bridge
