// A HubSpot account in memory: what ringbridge is tested against without a real one. It is a
// second, independent reading of HubSpot's public documentation and never uses src/hubspot or
// src/receptionist: a misreading must show as a disagreement between the two.
#pragma once

#include "core/time.hpp"
#include "ports/http.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::sim {

struct PortalState;

/// The account's configuration. Tests may change any of it mid-run, through
/// `HubSpotPortal::options`.
struct PortalOptions {
    std::string token = "pat-na1-00000000-sandbox";
    std::int64_t portal_id = 12345678;
    /// The API versions that answer; any other is 404. v4 (associations) goes with v3. What has no
    /// such version (v1 engagements, call outcomes, token info) always answers.
    std::set<std::string> versions = {"2026-09", "2026-03", "v3"};
    /// false: everything about the calls object is 403 MISSING_SCOPES; v1 engagements still work.
    bool calls_scope = true;
    /// false: changing properties or property groups is 403 MISSING_SCOPES.
    bool schema_write_scope = true;
    /// false: everything about contacts is 403 MISSING_SCOPES.
    bool contacts_scope = true;
    /// false: the account's details are 403 MISSING_SCOPES.
    bool oauth_scope = true;
    /// false: the token info route answers 404, as if it were gone.
    bool reports_scopes = true;
    /// Search sees a creation, change, association, merge or archiving only this much later.
    Milliseconds index_lag{0};
    /// Whether a merge keeps the primary's id (a beta, "Primary ID Preservation for Merged
    /// Records"). By default it answers with a new id, to which both old ones resolve.
    bool preserve_primary_id = false;
    /// Unconfirmed, since no document mentions it: for this long after a merge, the survivor cannot
    /// be merged again.
    Milliseconds merge_cooldown{0};
    /// Whether too many requests are refused with 429 (usage guidelines, developers.hubspot.com).
    bool enforce_limits = false;
    int burst_limit = 100;      ///< in any 10 seconds, except searches
    int daily_limit = 250'000;  ///< until midnight in the account's time zone (UTC-5)
    /// Decides the order of batch results. Read once, at construction.
    std::uint64_t seed = 1;
};

/// A contact as the account has it, HubSpot's own calculated properties included.
struct PortalRecord {
    std::string id;
    std::map<std::string, std::string> properties;
    UtcTime created;
    bool archived = false;
};

/// A call on the timeline, or a task. One record, whether written by v1 engagements or the calls
/// object.
struct PortalCall {
    std::string id;
    std::map<std::string, std::string> properties;
    std::vector<std::string> contact_ids;  ///< existing ones, merges followed
    bool archived = false;
};

/// Deterministic: the same requests at the same times get the same answers, ids included.
class HubSpotPortal {
  public:
    explicit HubSpotPortal(PortalOptions options = {});
    HubSpotPortal(HubSpotPortal&&) noexcept;
    HubSpotPortal& operator=(HubSpotPortal&&) noexcept;
    ~HubSpotPortal();

    /// Never fails: what HubSpot would refuse gets HubSpot's error response.
    HttpResponse answer(const HttpRequest& request, UtcTime now);

    PortalOptions& options();

    /// As a person would in HubSpot's own pages: nothing is validated. Returns the new id.
    std::string add_contact(std::map<std::string, std::string> properties, UtcTime created);

    /// Types into a contact, as a person would; an empty value clears.
    void edit_contact(const std::string& id, const std::map<std::string, std::string>& changes,
                      UtcTime now);
    void edit_call(const std::string& id, const std::map<std::string, std::string>& changes,
                   UtcTime now);
    /// Does nothing if the account has no such custom property.
    void delete_property(const std::string& name, UtcTime now);
    /// Merges as a person would. Returns the survivor's id.
    std::string merge_contacts(const std::string& primary, const std::string& loser, UtcTime now);

    std::vector<PortalRecord> contacts() const;  ///< not archived, not merged away, by id
    std::vector<PortalCall> calls() const;       ///< not archived, by id
    std::vector<PortalCall> tasks() const;       ///< the same
    /// The contact's id after merges; the given one if there were none.
    std::string resolve(std::string contact_id) const;

    int requests() const;
    /// Requests that changed something or tried to, refused ones included; searches are reads.
    int writes() const;

  private:
    std::unique_ptr<PortalState> state_;
};

}  // namespace ringbridge::sim
