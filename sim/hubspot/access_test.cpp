// Authentication, routing, and when HubSpot says "too many".
#include "sim/hubspot/kit_test.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

using Access = PortalTest;

TEST_F(Access, a_request_without_a_token_is_refused) {
    const auto response = portal_.answer(
        {.method = "GET", .url = "/crm/v3/objects/contacts", .headers = {}, .body = {}}, now_);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(Json::parse(response.body)["category"], "INVALID_AUTHENTICATION");
}

TEST_F(Access, a_wrong_token_is_said_to_have_expired_in_1970) {
    const auto response = portal_.answer({.method = "GET",
                                          .url = "/crm/v3/objects/contacts",
                                          .headers = {{"authorization", "Bearer pat-na1-wrong"}},
                                          .body = {}},
                                         now_);
    EXPECT_EQ(response.status, 401);
    const auto body = Json::parse(response.body);
    EXPECT_EQ(body["category"], "EXPIRED_AUTHENTICATION");
    EXPECT_EQ(body["context"]["expire time"][0], "1970-01-01T00:00:00Z");
}

TEST_F(Access, every_version_that_the_account_has_answers_and_no_other) {
    for (const auto* path : {"/crm/v3/objects/contacts", "/crm/objects/2026-03/contacts",
                             "/crm/objects/2026-09/0-1", "/account-info/2026-09/details"}) {
        EXPECT_EQ(get(path).status, 200) << path;
    }
    portal_.options().versions = {"2026-03"};
    EXPECT_EQ(get("/crm/v3/objects/contacts").status, 404);
    EXPECT_EQ(get("/crm/objects/2026-09/contacts").status, 404);
    EXPECT_EQ(get("/crm/objects/2026-03/contacts").status, 200);
    EXPECT_EQ(get("/engagements/v1/engagements/paged").status, 200);
}

TEST_F(Access, an_unknown_path_is_a_page_and_a_wrong_method_is_refused) {
    const auto reply = get("/crm/v3/nonsense");
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(header_value(reply.headers, "X-HubSpot-NotFound"), "true");
    EXPECT_EQ(ask("DELETE", "/crm/v3/objects/contacts/search").status, 404);
    EXPECT_EQ(ask("PUT", "/crm/v3/objects/contacts").status, 405);
}

TEST_F(Access, a_token_without_the_calls_scope_still_writes_v1_engagements) {
    portal_.options().calls_scope = false;
    const auto reply = post("/crm/objects/2026-09/calls", "{}");
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.json()["category"], "MISSING_SCOPES");
    EXPECT_EQ(header_value(reply.headers, "X-HubSpot-RateLimit-Max"), "");
    EXPECT_EQ(get("/crm/v3/objects/contacts?associations=calls").status, 403);
    EXPECT_EQ(post("/engagements/v1/engagements",
                   R"({"engagement":{"type":"CALL"},"metadata":{"body":"hi"}})")
                  .status,
              200);
}

TEST_F(Access, a_token_without_the_schema_scope_reads_properties_but_changes_none) {
    portal_.options().schema_write_scope = false;
    EXPECT_EQ(post("/crm/v3/properties/contacts/groups", R"({"name":"g","label":"G"})").status,
              403);
    EXPECT_EQ(get("/crm/v3/properties/contacts").status, 200);
}

TEST_F(Access, a_token_without_the_scopes_for_contacts_and_account_is_refused_both) {
    portal_.options().contacts_scope = false;
    portal_.options().oauth_scope = false;
    EXPECT_EQ(post("/crm/objects/2026-09/contacts/search", "{}").status, 403);
    EXPECT_EQ(get("/account-info/2026-09/details").status, 403);
    EXPECT_EQ(get("/crm/objects/2026-09/calls").status, 200);
    const auto ask_scopes = [this] {
        return post("/oauth/v2/private-apps/get/access-token-info",
                    R"({"tokenKey":"pat-na1-00000000-sandbox"})");
    };
    EXPECT_EQ(ask_scopes().json()["scopes"],
              Json({"crm.schemas.contacts.read", "crm.schemas.contacts.write"}));
    portal_.options().reports_scopes = false;
    EXPECT_EQ(ask_scopes().status, 404);
}

TEST_F(Access, every_answer_but_a_search_shows_the_limits) {
    const auto reply = get("/account-info/v3/details");
    EXPECT_EQ(header_value(reply.headers, "X-HubSpot-RateLimit-Max"), "100");
    EXPECT_EQ(header_value(reply.headers, "X-HubSpot-RateLimit-Remaining"), "99");
    EXPECT_EQ(header_value(reply.headers, "X-HubSpot-RateLimit-Daily-Remaining"), "249999");
    const auto search = post("/crm/v3/objects/contacts/search", "{}");
    EXPECT_EQ(header_value(search.headers, "X-HubSpot-RateLimit-Max"), "");
    EXPECT_NE(header_value(search.headers, "X-HubSpot-Correlation-Id"), "");
}

TEST_F(Access, a_burst_is_cut_off_and_passes_after_ten_seconds) {
    portal_.options().enforce_limits = true;
    portal_.options().burst_limit = 3;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(get("/crm/v3/owners").status, 200);
    const auto refused = get("/crm/v3/owners");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.json()["policyName"], "TEN_SECONDLY_ROLLING");
    EXPECT_EQ(header_value(refused.headers, "Retry-After"), "");
    now_ += std::chrono::seconds{10};
    EXPECT_EQ(get("/crm/v3/owners").status, 200);
}

TEST_F(Access, searches_have_a_limit_of_their_own) {
    portal_.options().enforce_limits = true;
    portal_.options().burst_limit = 1;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(post("/crm/v3/objects/contacts/search", "{}").status, 200);
    }
    const auto refused = post("/crm/v3/objects/contacts/search", "{}");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.json()["category"], "RATE_LIMITS");
    EXPECT_FALSE(refused.json().contains("policyName"));
}

TEST_F(Access, the_daily_budget_comes_back_at_the_accounts_midnight) {
    portal_.options().enforce_limits = true;
    portal_.options().daily_limit = 1;
    EXPECT_EQ(get("/crm/v3/owners").status, 200);
    EXPECT_EQ(get("/crm/v3/owners").json()["policyName"], "DAILY");
    const auto midnight = std::chrono::floor<std::chrono::days>(now_) + std::chrono::hours{29};
    now_ = midnight - std::chrono::seconds{1};
    EXPECT_EQ(get("/crm/v3/owners").status, 429);
    now_ = midnight;
    EXPECT_EQ(get("/crm/v3/owners").status, 200);
}

TEST_F(Access, requests_and_writes_are_counted_refused_ones_too) {
    get("/crm/v3/owners");
    post("/crm/v3/objects/contacts/search", "{}");
    post("/crm/v3/objects/contacts", "nonsense");
    EXPECT_EQ(portal_.requests(), 3);
    EXPECT_EQ(portal_.writes(), 1);
}

TEST_F(Access, the_account_shows_its_details_quota_scopes_and_outcomes) {
    EXPECT_EQ(get("/account-info/v3/details").json()["portalId"], 12345678);
    EXPECT_EQ(
        get("/account-info/v3/api-usage/daily/private-apps").json()["results"][0]["currentUsage"],
        2);
    const auto info = post("/oauth/v2/private-apps/get/access-token-info",
                           R"({"tokenKey":"pat-na1-00000000-sandbox"})");
    EXPECT_EQ(info.json()["hubId"], 12345678);
    EXPECT_EQ(get("/calling/v1/dispositions").json().size(), 6U);
}

TEST_F(Access, the_same_requests_get_the_same_answers) {
    const auto run = [this] {
        portal_ = HubSpotPortal{};
        const auto created = post("/crm/v3/objects/contacts/batch/create",
                                  inputs(20, R"({"properties":{"lastname":"L#"}})"));
        return created.text + header_value(created.headers, "X-HubSpot-Correlation-Id").data();
    };
    EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace ringbridge::sim
