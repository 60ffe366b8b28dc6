// What a run did, in the API's terms.
#pragma once

#include "core/id.hpp"
#include "core/time.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::bridge {

struct ReportError {
    CallId call_id;     ///< empty if it concerns the whole run
    std::string stage;  ///< run, detail, match, activity, task, properties
    std::string message;
    std::optional<UtcTime> retry_at;
};

/// How a run ended; the command's exit status follows from it.
enum class Ending { done, credentials_refused, out_of_reach, stopped };

/// The result of a run for one call. `parked`: set aside for a person, or dismissed.
enum class CallResult { pending, synced, skipped, replaced, parked, failed };

struct Report {
    std::string run_id;
    std::string trigger;  ///< schedule, request, webhook
    bool dry_run = false;
    bool replace_activities = false;
    UtcTime since, until;
    UtcTime started_at;
    Milliseconds duration{0};
    Ending ending = Ending::done;

    std::map<CallId, CallResult> results;
    std::set<CallId> first_synced;  ///< calls that no earlier run had synced
    std::set<CallId> refused;       ///< calls that HubSpot refused for good
    int fetched = 0;                ///< distinct calls that the receptionist listed
    /// Created in this run; existing and matched; given new properties.
    std::set<ContactId> created_contacts, matched_contacts, updated_contacts;
    std::set<std::string> numbers_to_create;  ///< callers' numbers: what a dry run would create
    std::set<std::string> duplicate_numbers;  ///< callers' numbers that several contacts have
    int receptionist_requests = 0, hubspot_requests = 0;
    std::vector<ReportError> errors;

    /// A call that this run synced first stays `synced`, whatever the result of a later update: all
    /// reports together count each call once.
    void set_result(const CallId& call_id, CallResult result);
    int count(CallResult result) const;
    /// How many, or how many a dry run would create.
    std::size_t contacts_created() const {
        return created_contacts.size() + numbers_to_create.size();
    }
    /// Calls to be tried again, or not reached.
    int unfinished() const { return count(CallResult::failed) + count(CallResult::pending); }
};

/// The API's JSON.
std::string encode_report(const Report& report);

}  // namespace ringbridge::bridge
