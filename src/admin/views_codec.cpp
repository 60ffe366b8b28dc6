// The JSON of views.hpp.
#include "admin/views.hpp"
#include "core/version.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::admin {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json text_or_null(const std::string& text) { return text.empty() ? json() : json(text); }

json time_or_null(const std::optional<UtcTime>& time) {
    return time ? json(format_utc(*time)) : json();
}

json encode_call(const ledger::Entry& entry) {
    const auto state = state_of(entry);
    return {{"callId", entry.call.id},
            {"state", state},
            {"reason", text_or_null(entry.reason)},
            {"phone",
             text_or_null(entry.phone.e164.empty() ? entry.call.caller_phone : entry.phone.e164)},
            {"contactId", text_or_null(entry.contact_id)},
            {"activityId", text_or_null(entry.activity_id)},
            {"calledAt", format_utc(entry.call.called_at)},
            {"seenAt", format_utc(entry.seen_at)},
            {"syncedAt", time_or_null(entry.synced_at)},
            {"attempts", entry.attempts},
            {"retryAt", time_or_null(state == "failed" ? entry.not_before : std::nullopt)}};
}

}  // namespace

HttpResponse error_response(int status, std::string code, std::string message) {
    return json_response(status, dump({{"error", {{"code", code}, {"message", message}}}}));
}

std::string state_of(const ledger::Entry& entry) {
    if (entry.stage == ledger::Stage::done) return "synced";
    if (entry.stage == ledger::Stage::parked) return "parked";
    if (entry.stage == ledger::Stage::dismissed) return "dismissed";
    return entry.reason.empty() ? "pending" : "failed";
}

std::string health_view(const bridge::Service& service, UtcTime now) {
    const auto& last = service.last_sync();
    const auto reasons = service.troubles();
    const auto uptime =
        std::chrono::duration_cast<std::chrono::seconds>(now - service.started_at());
    const char* status = !reasons.empty() && !last ? "starting"
                         : reasons.empty()         ? "ok"
                                                   : "degraded";
    return dump({{"status", status},
                 {"version", version},
                 {"uptimeSeconds", uptime.count()},
                 {"lastSync", last ? json{{"at", format_utc(last->at)}, {"ok", last->ok}} : json()},
                 {"reasons", reasons}});
}

std::string ready_view(const std::vector<std::string>& reasons) {
    return dump({{"ready", reasons.empty()}, {"reasons", reasons}});
}

std::string call_view(const ledger::Entry& entry) {
    auto view = encode_call(entry);
    if (!entry.raw.empty()) view["record"] = entry.raw;
    if (!entry.given_phone.empty()) view["givenPhone"] = entry.given_phone;
    return dump(view);
}

std::string calls_view(const ledger::Listed& listed) {
    json calls = json::array();
    for (const auto& entry : listed.entries) calls.push_back(encode_call(entry));
    return dump({{"calls", std::move(calls)}, {"nextCursor", text_or_null(listed.next_cursor)}});
}

std::string runs_view(const std::vector<std::string>& reports) {
    json runs = json::array();
    for (const auto& report : reports) runs.push_back(json::parse(report));
    return dump({{"runs", std::move(runs)}});
}

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

}  // namespace ringbridge::admin
