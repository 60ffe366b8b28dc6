// Monitoring: the metrics, the dashboard and alerts built on them, and the log.
#include "admin/admin.hpp"
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

std::string read_project_file(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{RINGBRIDGE_SOURCE_DIR "/" + path}.rdbuf();
    return text.str();
}

std::set<std::string> metric_names_in(const std::string& text) {
    static const std::regex name{"ringbridge_[a-z_]+"};
    return {std::sregex_token_iterator{text.begin(), text.end(), name},
            std::sregex_token_iterator{}};
}

class WatchTest : public testing::Test {
  protected:
    WatchTest() { town_.workload.add_callers(3, 1, town_.portal, town_.world.now() - 24h); }

    HttpResponse ask(const std::string& method, const std::string& url) {
        return town_.world.run(admin_.answer(
            {{.method = method, .url = url, .headers = {{"Host", "localhost"}}}, "127.0.0.1"}));
    }
    std::string metrics() {
        const auto response = ask("GET", "/metrics");
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_THAT(std::string{header_value(response.headers, "Content-Type")},
                    HasSubstr("text/plain"));
        return response.body;
    }

    Town town_;
    Process process_{town_};
    admin::Admin admin_{{.access = {}, .lock_wait = 10s},
                        {{"main", "US", process_.service()}},
                        town_.world,
                        town_.log};
};

TEST_F(WatchTest, CallsAreCountedByState) {
    town_.publish_calls(4, 2h);
    town_.site.publish(R"({"id":"c_withheld","callTimestamp":"2026-11-23T08:00:00Z",
                           "customerPhone":"anonymous"})");
    ask("POST", "/sync-now");
    const auto text = metrics();
    EXPECT_THAT(text, HasSubstr("ringbridge_calls{state=\"synced\"} 4\n"));
    EXPECT_THAT(text, HasSubstr("ringbridge_calls{state=\"parked\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("ringbridge_calls{state=\"failed\"} 0\n"));
}

TEST_F(WatchTest, RunsAreCountedByTriggerAndResultWithTheirDuration) {
    ask("POST", "/sync-now");
    ask("POST", "/sync-now");
    town_.portal.options().token = "another";
    town_.publish_calls(1, 1h);
    ask("POST", "/sync-now");
    const auto text = metrics();
    EXPECT_THAT(text, HasSubstr("ringbridge_runs_total{trigger=\"request\",ending=\"done\"} 2\n"));
    EXPECT_THAT(
        text,
        HasSubstr("ringbridge_runs_total{trigger=\"request\",ending=\"credentials_refused\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("ringbridge_run_duration_seconds_count 3\n"));
    EXPECT_THAT(text, HasSubstr("ringbridge_run_duration_seconds_bucket{le=\"+Inf\"} 3\n"));
}

TEST_F(WatchTest, RequestsAreCountedByRouteAndStatusWithoutAnyId) {
    town_.publish_calls(4, 2h);
    ask("POST", "/sync-now");
    const auto text = metrics();
    EXPECT_THAT(text, HasSubstr("ringbridge_hubspot_requests_total{route=\"POST "
                                "/crm/objects/2026-09/calls/batch/create\",status=\"201\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("ringbridge_receptionist_requests_total{route=\"GET "
                                "/v0/calls\",status=\"200\"} 1\n"));
    for (const auto& contact : town_.portal.contacts()) {
        EXPECT_THAT(text, Not(HasSubstr('/' + contact.id)));
    }
}

TEST_F(WatchTest, IdsInV1RoutesAreStripped) {
    town_.portal.options().calls_scope = false;
    town_.publish_calls(1, 1h);
    ask("POST", "/sync-now?since=7d&replaceActivities=true");
    const auto callers = town_.workload.callers();
    town_.ledger_file.remove();
    Process again{town_};
    again.sync(last_week(town_));
    const auto& traffic = again.bridge().parts().client.traffic();
    EXPECT_EQ(
        traffic.count({"GET /engagements/v1/engagements/associated/CONTACT/{id}/paged", "200"}),
        1U);
}

TEST_F(WatchTest, TheBacklogAndTheLagOfTheNewestCall) {
    EXPECT_THAT(metrics(), Not(HasSubstr("\nringbridge_newest_call_lag_seconds ")));
    town_.site.publish(R"({"id":"c_1","callTimestamp":"2026-11-23T08:00:00Z",
                           "customerPhone":"+15718308515"})");
    ask("POST", "/sync-now");
    const auto text = metrics();
    EXPECT_THAT(text, HasSubstr("ringbridge_hubspot_quota_remaining{window=\"day\"} 2499"));
    EXPECT_THAT(text, HasSubstr("ringbridge_hubspot_quota_remaining{window=\"ten_seconds\"} 8"));
    EXPECT_THAT(text, HasSubstr("ringbridge_receptionist_token_seconds_left 518"));
    EXPECT_THAT(text, HasSubstr("ringbridge_newest_call_lag_seconds 3600."));
    EXPECT_THAT(text, HasSubstr("ringbridge_build_info{version=\""));
}

TEST_F(WatchTest, TheLagOfACallThatIsNotInHubSpotGrows) {
    town_.portal.options().token = "another";
    town_.site.publish(R"({"id":"c_1","callTimestamp":"2026-11-23T08:00:00Z",
                           "customerPhone":"+15718308515"})");
    ask("POST", "/sync-now");
    town_.world.run(town_.world.sleep(9h));
    EXPECT_THAT(metrics(), HasSubstr("ringbridge_newest_call_lag_seconds 36000."));
}

TEST_F(WatchTest, MetricsRequireTheToken) {
    admin::Admin guarded{{.access = {Secret{"let-me-in"}}, .lock_wait = 10s},
                         {{"main", "US", process_.service()}},
                         town_.world,
                         town_.log};
    for (const auto* url : {"/metrics", "/probe"}) {
        const auto answer = town_.world.run(
            guarded.answer({{.method = "GET", .url = url, .headers = {}}, "127.0.0.1"}));
        EXPECT_EQ(answer.status, 401) << url;
    }
}

TEST_F(WatchTest, BoardAndAlertsNameOnlyExistingMetrics) {
    const auto board = read_project_file("deploy/grafana-board.json");
    const auto alerts = read_project_file("deploy/alerts.yaml");
    EXPECT_FALSE(nlohmann::json::parse(board).at("panels").empty());
    EXPECT_GT(YAML::Load(alerts)["groups"][0]["rules"].size(), 0U);
    const auto there = metric_names_in(metrics());
    for (const auto* text : {&board, &alerts}) {
        const auto named = metric_names_in(*text);
        EXPECT_THAT(named, Not(IsEmpty()));
        EXPECT_THAT(there, IsSupersetOf(named));
    }
}

// --- The log -------------------------------------------------------------------------------------

std::string field_of(const sim::Notebook::Line& line, const std::string& name) {
    for (const auto& [field, value] : line.fields) {
        if (field == name) return value;
    }
    return {};
}

TEST_F(WatchTest, EachLineOfARunNamesItAndNoOther) {
    town_.publish_calls(2, 2h);
    town_.log.lines.clear();
    const auto report = nlohmann::json::parse(ask("POST", "/sync-now").body);
    ASSERT_FALSE(town_.log.lines.empty());
    for (const auto& line : town_.log.lines) {
        EXPECT_EQ(field_of(line, "run"), report.at("runId").get<std::string>()) << line.event;
    }
    town_.log.lines.clear();
    ask("POST", "/setup-properties");
    ASSERT_FALSE(town_.log.lines.empty());
    for (const auto& line : town_.log.lines) EXPECT_EQ(field_of(line, "run"), "") << line.event;
}

TEST_F(WatchTest, EachRequestIsOneDebugLineWithRouteStatusAndTime) {
    town_.publish_calls(2, 2h);
    ask("POST", "/sync-now");
    const auto requests = town_.portal.requests();
    int logged = 0;
    for (const auto& line : town_.log.lines) {
        if (line.event != "hubspot_asked") continue;
        ++logged;
        EXPECT_EQ(line.level, Level::debug);
        EXPECT_FALSE(field_of(line, "route").empty());
        EXPECT_FALSE(field_of(line, "status").empty());
        EXPECT_EQ(field_of(line, "ms"), "40");
    }
    EXPECT_EQ(logged, requests);
}

TEST_F(WatchTest, AFailedRunIsLoggedWithItsIdAndCounted) {
    town_.network.set_faults(
        [](const HttpRequest&) -> sim::Fault { throw std::runtime_error{"disk full"}; });
    EXPECT_THROW(ask("POST", "/sync-now"), std::runtime_error);
    const auto& last = town_.log.lines.back();
    EXPECT_EQ(last.event, "run_broke_off");
    EXPECT_THAT(field_of(last, "run"), testing::StartsWith("run_"));
    EXPECT_EQ(field_of(last, "why"), "disk full");
    EXPECT_THAT(metrics(), HasSubstr("{trigger=\"request\",ending=\"broke_off\"} 1\n"));
    EXPECT_THAT(ask("GET", "/ready").body, HasSubstr("failed unexpectedly"));
    town_.network.set_faults({});
    town_.log.lines.clear();
    ask("POST", "/setup-properties");
    EXPECT_EQ(field_of(town_.log.lines.front(), "run"), "");
}

}  // namespace
}  // namespace ringbridge::tests
