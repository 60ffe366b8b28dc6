// A run report as JSON, as stored in the ledger and returned by /runs.
#include "bridge/report.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::bridge {
namespace {

using nlohmann::json;

json encode_error(const ReportError& error) {
    return {{"callId", error.call_id.empty() ? json() : json(error.call_id.text)},
            {"stage", error.stage},
            {"message", error.message},
            {"retryAt", error.retry_at ? json(format_utc(*error.retry_at)) : json()}};
}

}  // namespace

std::string encode_report(const Report& report) {
    json errors = json::array();
    for (const auto& error : report.errors) errors.push_back(encode_error(error));
    const json encoded{
        {"runId", report.run_id},
        {"trigger", report.trigger},
        {"dryRun", report.dry_run},
        {"replaceActivities", report.replace_activities},
        {"window", {{"since", format_utc(report.since)}, {"until", format_utc(report.until)}}},
        {"startedAt", format_utc(report.started_at)},
        {"durationMs", report.duration.count()},
        {"calls",
         {{"fetched", report.fetched},
          {"synced", report.count(CallResult::synced)},
          {"skipped", report.count(CallResult::skipped)},
          {"replaced", report.count(CallResult::replaced)},
          {"parked", report.count(CallResult::parked)},
          {"failed", report.unfinished()}}},
        {"contacts",
         {{"created", report.contacts_created()},
          {"matched", report.matched_contacts.size()},
          {"updated", report.updated_contacts.size()}}},
        {"requests",
         {{"receptionist", report.receptionist_requests}, {"hubspot", report.hubspot_requests}}},
        {"errors", std::move(errors)}};
    return encoded.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace ringbridge::bridge
