// The JSON of views.hpp.
#include "api/json_codec.hpp"
#include "api/views.hpp"
#include "core/version.hpp"

namespace ringbridge::api {
namespace {

json encode_sync(const std::optional<bridge::LastSync>& sync) {
    return sync ? json{{"at", format_utc(sync->at)}, {"ok", sync->ok}} : json();
}

json encode_call(const ledger::Entry& entry) {
    const auto state = state_of(entry);
    return {
        {"callId", entry.call.id.text},
        {"state", state},
        {"reason", or_null(entry.reason)},
        {"phone", or_null(entry.phone.e164.empty() ? entry.call.caller_phone : entry.phone.e164)},
        {"contactId", or_null(entry.contact_id.text)},
        {"activityId", or_null(entry.activity_id.text)},
        {"calledAt", format_utc(entry.call.called_at)},
        {"seenAt", format_utc(entry.seen_at)},
        {"syncedAt", or_null(entry.synced_at)},
        {"attempts", entry.attempts},
        {"retryAt", or_null(state == "failed" ? entry.not_before : std::nullopt)}};
}

json encode_webhooks(const std::optional<WebhookAddress>& webhooks) {
    if (!webhooks) return nullptr;
    return {{"path", webhooks->path},
            {"on", webhooks->on},
            {"lastEventAt", or_null(webhooks->last_event_at)}};
}

}  // namespace

std::string error_view(const std::string& code, const std::string& message) {
    return dump({{"error", {{"code", code}, {"message", message}}}});
}

std::string state_of(const ledger::Entry& entry) {
    if (entry.stage == ledger::Stage::done) return "synced";
    if (entry.stage == ledger::Stage::parked) return "parked";
    if (entry.stage == ledger::Stage::dismissed) return "dismissed";
    return entry.reason.empty() ? "pending" : "failed";
}

std::string health_view(const Health& health) {
    const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(health.uptime);
    return dump({{"status", health.status},
                 {"version", version},
                 {"uptimeSeconds", uptime.count()},
                 {"lastSync", encode_sync(health.last_sync)},
                 {"reasons", health.reasons}});
}

std::string bridges_view(const std::vector<Served>& bridges) {
    json views = json::array();
    for (const auto& [name, region, service] : bridges) {
        views.push_back({{"name", name},
                         {"status", status_of(service)},
                         {"lastSync", encode_sync(service.last_sync())},
                         {"reasons", service.errors()},
                         {"holder", or_null(service.holder())},
                         {"here", service.is_here()}});
    }
    return dump({{"bridges", std::move(views)}});
}

std::string ready_view(const std::vector<std::string>& reasons) {
    return dump({{"ready", reasons.empty()}, {"reasons", reasons}});
}

std::string call_view(const ledger::Entry& entry) {
    auto view = encode_call(entry);
    const bool quarantined = entry.unreadable || entry.reason.starts_with("quarantined:");
    if (quarantined && !entry.raw.empty()) view["record"] = entry.raw;
    if (entry.unreadable) view["unreadable"] = true;
    if (!entry.given_phone.empty()) view["givenPhone"] = entry.given_phone;
    return dump(view);
}

std::string session_view(bool signed_in, bool token_needed) {
    return dump({{"signedIn", signed_in}, {"tokenNeeded", token_needed}});
}

std::string overview_view(const Overview& overview) {
    const auto& [service, now, since, all, recent, newest, quota, target_account, webhooks] =
        overview;
    const auto dedup = service.last_dedup();
    auto hubspot = encode_quota(quota);
    hubspot["portalId"] = or_null(target_account.portal);
    hubspot["uiDomain"] = or_null(target_account.ui_domain);
    return dump({{"now", format_utc(now)},
                 {"since", format_utc(since)},
                 {"status", status_of(service)},
                 {"reasons", service.errors()},
                 {"lastSync", encode_sync(service.last_sync())},
                 {"running", service.has_run_in_hand()},
                 {"sweeping", dedup != nullptr && dedup->running},
                 {"calls", all},
                 {"recent", recent},
                 {"newest", newest ? encode_call(*newest) : json()},
                 {"hubspot", std::move(hubspot)},
                 {"webhooks", encode_webhooks(webhooks)}});
}

std::string history_view(const std::vector<ledger::Tally>& tallies, Milliseconds step) {
    json buckets = json::array();
    for (const auto& [since, calls] : tallies) {
        buckets.push_back({{"at", format_utc(since)}, {"calls", calls}});
    }
    return dump({{"stepMs", step.count()}, {"stretches", std::move(buckets)}});
}

std::string calls_view(const ledger::Listed& listed) {
    json calls = json::array();
    for (const auto& entry : listed.entries) calls.push_back(encode_call(entry));
    return dump({{"calls", std::move(calls)}, {"nextCursor", or_null(listed.next_cursor)}});
}

std::string runs_view(const std::vector<std::string>& reports) {
    json runs = json::array();
    for (const auto& report : reports) runs.push_back(json::parse(report));
    return dump({{"runs", std::move(runs)}});
}

std::string forgotten_view(int calls) { return dump({{"forgotten", calls}}); }

std::string received_view(const CallId& call_id, const std::string& state) {
    return dump({{"callId", call_id.text}, {"state", state}});
}

std::string ignored_view() { return dump({{"state", "ignored"}}); }

std::string setup_view(const hubspot::PropertySetup& setup) {
    json view{{"group", setup.group},
              {"created", setup.created},
              {"existing", setup.existing},
              {"conflicts", setup.conflicts}};
    if (!setup.missing.empty()) {
        view["missing"] = setup.missing;
        view["refusal"] = setup.refusal;
    }
    return dump(view);
}

}  // namespace ringbridge::api
