// What `GET /probe` reports to a newcomer: for each way in which a first try goes wrong, which
// check fails, and that nothing is written anywhere.
#include "admin/admin.hpp"
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class ProbeTest : public testing::Test {
  protected:
    ProbeTest() { town_.workload.add_callers(3, 1, town_.portal, town_.world.now() - 24h); }

    /// The answer of a newcomer's process, and each check in it.
    json probe(ProcessOptions options = {}) {
        Process process{town_, std::move(options)};
        admin::Admin admin{{.access = {}, .lock_wait = 10s},
                           {{"main", "US", process.service()}},
                           town_.world,
                           town_.log};
        const auto response = town_.world.run(admin.answer(
            {{.method = "GET", .url = "/probe", .headers = {{"Host", "localhost"}}}, "127.0.0.1"}));
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_EQ(town_.portal.writes(), 0);
        return json::parse(response.body);
    }
    static json check(const json& probe, const std::string& name) {
        for (const auto& check : probe.at("checks")) {
            if (check.at("name") == name) return check;
        }
        ADD_FAILURE() << "there is no check " << name;
        return {};
    }
    static std::string status(const json& probe, const std::string& name) {
        return check(probe, name).value("status", "");
    }

    void close_off(const std::string& origin) {
        town_.network.set_faults([origin](const HttpRequest& request) {
            return request.url.starts_with(origin) ? sim::Fault{.leaves = false} : sim::Fault{};
        });
    }

    Town town_;
};

ProcessOptions guarded() { return {.portal_id = "12345678"}; }

TEST_F(ProbeTest, ReportsAllThatItFoundAndWhatToDoAboutEachProblem) {
    town_.publish_calls(5, 2h);
    for (const auto& found : {probe(guarded()), probe({.password = "wrong"}),
                              probe({.hubspot_token = "pat-na1-wrong"}), probe()}) {
        EXPECT_THAT(found.at("checks"), SizeIs(13));
        for (const auto& check : found.at("checks")) {
            EXPECT_FALSE(check.at("found").get<std::string>().empty()) << check;
            EXPECT_EQ(check.at("next").is_null(), check.at("status") == "ok") << check;
        }
    }
}

TEST_F(ProbeTest, AllIsRight) {
    town_.publish_calls(5, 2h);
    const auto found = probe(guarded());
    EXPECT_EQ(found.at("ok"), true);
    for (const auto* name :
         {"receptionistReachable", "receptionistLogin", "receptionistPage", "hubspotReachable",
          "hubspotToken", "hubspotAccount", "hubspotPortal", "hubspotActivities", "hubspotContacts",
          "hubspotScopes", "hubspotQuota"}) {
        EXPECT_EQ(status(found, name), "ok") << check(found, name);
    }
    const auto& hubspot = found.at("hubspot");
    EXPECT_EQ(hubspot.at("portalId"), "12345678");
    EXPECT_EQ(hubspot.at("accountType"), "DEVELOPER_TEST");
    EXPECT_EQ(hubspot.at("uiDomain"), "app.hubspot.com");
    EXPECT_THAT(hubspot.at("scopes"), Contains("crm.objects.contacts.write"));
    EXPECT_EQ(hubspot.at("apiVersion"), "2026-09");
    EXPECT_EQ(hubspot.at("activityApi"), "calls");
    EXPECT_EQ(hubspot.at("quota").at("dailyLimit"), 250'000);
    EXPECT_LT(hubspot.at("quota").at("dailyLeft"), 250'000);
    EXPECT_LT(hubspot.at("quota").at("burstLeft"), 100);
}

TEST_F(ProbeTest, ReportsForEachFieldHowManyRecordsHadIt) {
    town_.site.publish(R"({"id":"c_1","callTimestamp":"2026-11-23T08:00:00Z",
                           "customerPhone":5718308515,"durationSeconds":93,"callerName":""})");
    town_.site.publish(R"({"id":"c_2","callTimestamp":"2026-11-23T08:10:00Z",
                           "customerPhone":"+15718308515","durationSeconds":"1:33"})");
    town_.site.publish(R"({"callTimestamp":"2026-11-23T08:20:00Z"})");
    const auto found = probe();
    const auto& receptionist = found.at("receptionist");
    EXPECT_EQ(receptionist.at("records"), 3);
    EXPECT_EQ(receptionist.at("unreadable"), 1);
    std::map<std::string, std::vector<int>> counts;
    for (const auto& field : receptionist.at("fields")) {
        counts[field.at("field")] = {field.at("had"), field.at("lacked"), field.at("otherType")};
    }
    EXPECT_THAT(counts["id"], ElementsAre(2, 1, 0));
    EXPECT_THAT(counts["called_at"], ElementsAre(3, 0, 0));
    EXPECT_THAT(counts["caller_phone"], ElementsAre(1, 1, 1));
    EXPECT_THAT(counts["duration_s"], ElementsAre(1, 1, 1));
    EXPECT_THAT(counts["caller_name"], ElementsAre(0, 3, 0));
    const auto fields = check(found, "receptionistFields");
    EXPECT_EQ(fields.at("status"), "warning");
    EXPECT_THAT(fields.at("found").get<std::string>(), HasSubstr("caller_name ($.callerName)"));
}

TEST_F(ProbeTest, ReadsTheLastWeekIfTheLastDayIsEmpty) {
    town_.publish_calls(1, 80h);
    const auto found = probe();
    EXPECT_EQ(found.at("receptionist").at("records"), 1);
    EXPECT_THAT(check(found, "receptionistPage").at("found").get<std::string>(),
                HasSubstr("last week"));
}

TEST_F(ProbeTest, AWrongPasswordFailsTheLoginAndHubSpotIsStillChecked) {
    const auto found = probe({.portal_id = "12345678", .password = "wrong"});
    EXPECT_EQ(found.at("ok"), false);
    EXPECT_EQ(status(found, "receptionistReachable"), "ok");
    const auto login = check(found, "receptionistLogin");
    EXPECT_EQ(login.at("status"), "failed");
    EXPECT_THAT(login.at("found").get<std::string>(), HasSubstr("wrong_password"));
    EXPECT_THAT(login.at("next").get<std::string>(), HasSubstr("RECEPTIONIST_PASSWORD"));
    EXPECT_EQ(status(found, "receptionistPage"), "skipped");
    EXPECT_EQ(status(found, "hubspotPortal"), "ok");
}

TEST_F(ProbeTest, AReceptionistThatIsDownIsUnreachable) {
    close_off(site_origin);
    const auto found = probe();
    EXPECT_EQ(status(found, "receptionistReachable"), "failed");
    EXPECT_THAT(check(found, "receptionistLogin").at("found").get<std::string>(),
                HasSubstr("outage"));
}

TEST_F(ProbeTest, AWrongTokenFailsAndDependentChecksAreSkipped) {
    const auto found = probe({.hubspot_token = "pat-na1-canary"});
    EXPECT_EQ(status(found, "hubspotReachable"), "ok");
    EXPECT_EQ(status(found, "hubspotToken"), "failed");
    EXPECT_EQ(status(found, "hubspotContacts"), "skipped");
    EXPECT_TRUE(found.at("hubspot").at("portalId").is_null());
    EXPECT_EQ(found.dump().find("canary"), std::string::npos);
}

TEST_F(ProbeTest, AMissingScopeIsNamed) {
    town_.portal.options().contacts_scope = false;
    const auto found = probe();
    EXPECT_EQ(found.at("ok"), false);
    EXPECT_EQ(status(found, "hubspotContacts"), "failed");
    const auto scopes = check(found, "hubspotScopes");
    EXPECT_EQ(scopes.at("status"), "failed");
    EXPECT_THAT(scopes.at("next").get<std::string>(), HasSubstr("crm.objects.contacts.write"));
}

TEST_F(ProbeTest, ScopesThatHubSpotDoesNotReportAreSkipped) {
    town_.portal.options().reports_scopes = false;
    const auto found = probe();
    EXPECT_EQ(found.at("ok"), true);
    EXPECT_EQ(status(found, "hubspotScopes"), "skipped");
    EXPECT_TRUE(found.at("hubspot").at("scopes").is_null());
}

TEST_F(ProbeTest, APortalOtherThanTheAllowedOneFails) {
    EXPECT_EQ(status(probe({.portal_id = "2"}), "hubspotPortal"), "failed");
    EXPECT_EQ(status(probe(), "hubspotPortal"), "warning");
}

TEST_F(ProbeTest, AnUnknownAccountMattersOnlyToThePortalGuard) {
    town_.portal.options().oauth_scope = false;
    EXPECT_EQ(status(probe(), "hubspotAccount"), "warning");
    EXPECT_EQ(status(probe(guarded()), "hubspotAccount"), "failed");
}

TEST_F(ProbeTest, ReportsWhyV1IsUsed) {
    town_.portal.options().calls_scope = false;
    const auto found = probe();
    EXPECT_EQ(found.at("hubspot").at("activityApi"), "engagements-v1");
    EXPECT_THAT(found.at("hubspot").at("activityApiWhy").get<std::string>(),
                HasSubstr("crm.objects.calls.read"));
}

TEST_F(ProbeTest, PropertiesAreSortedIntoPresentMissingAndConflicting) {
    const auto before = probe().at("hubspot").at("properties");
    EXPECT_THAT(before.at("present"), IsEmpty());
    EXPECT_THAT(before.at("missing"), SizeIs(7));
    town_.portal.answer({.method = "POST",
                         .url = "/crm/v3/properties/contacts",
                         .headers = {{"Authorization", "Bearer pat-na1-00000000-sandbox"}},
                         .body = R"({"name":"goodcall_call_count","label":"x","type":"string",
                                     "fieldType":"text","groupName":"contactinformation"})"},
                        town_.world.now());
    Process process{town_};
    const auto found = town_.world.run(process.bridge().probe());
    EXPECT_THAT(found.hubspot.properties->conflicting, ElementsAre("goodcall_call_count"));
    town_.world.run(process.bridge().setup_properties());
    EXPECT_THAT(town_.world.run(process.bridge().probe()).hubspot.properties->present, SizeIs(6));
}

TEST_F(ProbeTest, AnUnreachableHubSpotIsReportedAtOnce) {
    close_off(hubspot_origin);
    const auto began = town_.world.now();
    const auto found = probe();
    EXPECT_EQ(status(found, "hubspotReachable"), "failed");
    EXPECT_EQ(status(found, "hubspotToken"), "skipped");
    EXPECT_LT(town_.world.now() - began, 10s);
}

}  // namespace
}  // namespace ringbridge::tests
