// The JSON of probe_view.hpp.
#include "api/json_codec.hpp"
#include "api/probe_view.hpp"

namespace ringbridge::api {
namespace {

json encode_check(const bridge::Check& check) {
    return {{"name", check.name},
            {"status", to_string(check.status)},
            {"found", check.found},
            {"next", or_null(check.next)}};
}

json encode_receptionist(const bridge::ReceptionistFindings& found) {
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
    return {{"platform", found.platform},
            {"tokenExpiresAt", or_null(found.token_expires_at)},
            {"window", window},
            {"records", found.survey.records},
            {"unreadable", found.survey.unreadable},
            {"fields", std::move(fields)}};
}

json encode_properties(const hubspot::PropertyLook& found) {
    return {
        {"present", found.present}, {"missing", found.missing}, {"conflicting", found.conflicting}};
}

json encode_hubspot(const bridge::HubspotFindings& found) {
    const auto account = found.account.value_or(hubspot::AccountDetails{});
    json encoded{{"portalId", or_null(account.portal_id)},
                 {"accountType", or_null(account.account_type)},
                 {"uiDomain", or_null(account.ui_domain)},
                 {"scopes", or_null(found.scopes)},
                 {"apiVersion", nullptr},
                 {"activityApi", nullptr},
                 {"activityApiWhy", nullptr},
                 {"quota", encode_quota(found.quota)}};
    if (found.capability) {
        encoded["apiVersion"] = to_string(found.capability->version);
        encoded["activityApi"] = to_string(found.capability->activities);
        encoded["activityApiWhy"] = found.capability->why;
    }
    encoded["properties"] = found.properties ? encode_properties(*found.properties) : json();
    return encoded;
}

}  // namespace

std::string probe_view(const bridge::Probe& probe) {
    json checks = json::array();
    for (const auto& check : probe.checks) checks.push_back(encode_check(check));
    return dump({{"ok", probe.ok()},
                 {"checks", std::move(checks)},
                 {"receptionist", encode_receptionist(probe.receptionist)},
                 {"hubspot", encode_hubspot(probe.hubspot)}});
}

}  // namespace ringbridge::api
