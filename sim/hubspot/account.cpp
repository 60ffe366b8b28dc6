// What an account reports about itself: details, quota, token, owners, call outcomes.
#include "sim/hubspot/body.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/values.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::sim {

Answer account_details(PortalState& state, const Ask&) {
    return json_response(200, text_of({{"portalId", state.options.portal_id},
                                       {"accountType", "DEVELOPER_TEST"},
                                       {"timeZone", "US/Eastern"},
                                       {"utcOffset", "-05:00"},
                                       {"utcOffsetMilliseconds", account_utc_offset.count()},
                                       {"uiDomain", "app.hubspot.com"},
                                       {"dataHostingLocation", "na1"},
                                       {"companyCurrency", "USD"},
                                       {"additionalCurrencies", Json::array()}}));
}

Answer daily_usage(PortalState& state, const Ask& ask) {
    const Json usage{{"name", "private-apps-api-calls-daily"},
                     {"usageLimit", state.options.daily_limit},
                     {"currentUsage", state.limits.used_today(ask.now)},
                     {"collectedAt", moment_text(ask.now)},
                     {"fetchStatus", "SUCCESS"},
                     {"resetsAt", moment_text(Limits::next_reset(ask.now))}};
    return json_response(200, text_of({{"results", Json::array({usage})}}));
}

// Unconfirmed: the answer for an unknown key; no HubSpot description has this interface.
Answer token_info(PortalState& state, const Ask& ask) {
    if (!state.options.reports_scopes) return std::unexpected(not_found_page());
    const auto body =
        read_object(ask.body, "AccessTokenInfoRequest", {{"tokenKey", Shape::text, true}});
    if (!body) return std::unexpected(body.error());
    if ((*body)["tokenKey"] != state.options.token) return std::unexpected(not_found());
    auto scopes = Json::array({"crm.schemas.contacts.read"});
    if (state.options.oauth_scope) scopes.push_back("oauth");
    if (state.options.contacts_scope) {
        scopes.push_back("crm.objects.contacts.read");
        scopes.push_back("crm.objects.contacts.write");
    }
    if (state.options.schema_write_scope) scopes.push_back("crm.schemas.contacts.write");
    return json_response(200, text_of({{"userId", 1234567},
                                       {"hubId", state.options.portal_id},
                                       {"appId", 1512050},
                                       {"scopes", scopes}}));
}

Answer list_owners(PortalState&, const Ask&) {
    return json_response(200, text_of({{"results", Json::array()}}));
}

Answer get_owner(PortalState&, const Ask&) { return std::unexpected(not_found()); }

Answer list_dispositions(PortalState& state, const Ask&) {
    auto list = Json::array();
    const auto* property = state.schemas.at(ObjectType::calls).find("hs_call_disposition");
    for (const auto& option : property->options) {
        list.push_back({{"id", option.value}, {"label", option.label}});
    }
    return json_response(200, text_of(list));
}

}  // namespace ringbridge::sim
