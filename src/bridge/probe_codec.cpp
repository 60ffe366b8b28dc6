// A probe as JSON, as `GET /probe` and `ringbridge probe --json` show it.
#include "bridge/probe.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::bridge {
namespace {

using nlohmann::json;

template <class T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json();
}

json text_or_null(const std::string& text) { return text.empty() ? json() : json(text); }

json encode_check(const Check& check) {
    return {{"name", check.name},
            {"status", to_string(check.status)},
            {"found", check.found},
            {"next", text_or_null(check.next)}};
}

json encode_receptionist(const ReceptionistFindings& found) {
    json fields = json::array();
    for (const auto& field : found.survey.fields) {
        fields.push_back({{"field", field.field},
                          {"path", field.path},
                          {"had", field.had},
                          {"lacked", field.lacked},
                          {"otherType", field.other_type}});
    }
    const auto window = found.window ? json{{"since", format_utc(found.window->since)},
                                            {"until", format_utc(found.window->until)}}
                                     : json();
    const auto& expiry = found.token_expires_at;
    return {{"platform", found.platform},
            {"tokenExpiresAt", expiry ? json(format_utc(*expiry)) : json()},
            {"window", window},
            {"records", found.survey.records},
            {"unreadable", found.survey.unreadable},
            {"fields", std::move(fields)}};
}

json encode_properties(const hubspot::PropertyLook& found) {
    return {
        {"present", found.present}, {"missing", found.missing}, {"conflicting", found.conflicting}};
}

json encode_hubspot(const HubspotFindings& found) {
    const auto account = found.account.value_or(hubspot::AccountDetails{});
    json encoded{{"portalId", text_or_null(account.portal_id)},
                 {"accountType", text_or_null(account.account_type)},
                 {"uiDomain", text_or_null(account.ui_domain)},
                 {"scopes", or_null(found.scopes)},
                 {"apiVersion", nullptr},
                 {"activityApi", nullptr},
                 {"activityApiWhy", nullptr},
                 {"quota",
                  {{"burstLeft", or_null(found.quota.burst_left)},
                   {"burstLimit", or_null(found.quota.burst_limit)},
                   {"dailyLeft", or_null(found.quota.daily_left)},
                   {"dailyLimit", or_null(found.quota.daily_limit)}}}};
    if (found.capability) {
        encoded["apiVersion"] = to_string(found.capability->version);
        encoded["activityApi"] = to_string(found.capability->activities);
        encoded["activityApiWhy"] = found.capability->why;
    }
    encoded["properties"] = found.properties ? encode_properties(*found.properties) : json();
    return encoded;
}

}  // namespace

std::string encode_probe(const Probe& probe) {
    json checks = json::array();
    for (const auto& check : probe.checks) checks.push_back(encode_check(check));
    const json encoded{{"ok", probe.ok()},
                       {"checks", std::move(checks)},
                       {"receptionist", encode_receptionist(probe.receptionist)},
                       {"hubspot", encode_hubspot(probe.hubspot)}};
    return encoded.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace ringbridge::bridge
