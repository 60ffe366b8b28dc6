// The admin API as specified: response shapes, refusals, and access control.
#include "admin/admin.hpp"

#include "admin/guard.hpp"
#include "admin/openapi.hpp"
#include "core/text.hpp"
#include "core/version.hpp"
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <regex>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

constexpr Milliseconds lock_wait = 10s;
const Header our_name{"Host", "127.0.0.1:8080"};

std::vector<std::string> members(const json& object) {
    std::vector<std::string> names;
    for (const auto& [name, value] : object.items()) names.push_back(name);
    return names;
}

std::string error_code(const HttpResponse& response) {
    return json::parse(response.body).at("error").at("code");
}

// Method, path, whether it needs no token, and its query parameters.
using Described = std::tuple<std::string, std::string, bool, std::set<std::string>>;

std::set<Described> described_routes(const json& description) {
    static const std::regex names{"\\{\\w+\\}"};
    std::set<Described> routes;
    for (const auto& [path, operations] : description.at("paths").items()) {
        for (const auto& [method, operation] : operations.items()) {
            std::set<std::string> parameters;
            for (const auto& parameter : operation.value("parameters", json::array())) {
                if (parameter.at("in") == "query") parameters.insert(parameter.at("name"));
            }
            const bool open = operation.value("security", json{"token"}).empty();
            routes.emplace(method, std::regex_replace(path, names, "*"), open,
                           std::move(parameters));
        }
    }
    return routes;
}

std::set<Described> real_routes() {
    std::set<Described> routes;
    for (const auto& route : admin::Admin::routes()) {
        routes.emplace(lower_case(route.method), route.path, route.open,
                       std::set(route.parameters.begin(), route.parameters.end()));
    }
    return routes;
}

// A bridge with its admin API, called from the machine it runs on.
class AdminTest : public testing::Test {
  protected:
    AdminTest() { town_.workload.add_callers(3, 1, town_.portal, town_.world.now() - 24h); }

    HttpResponse ask(const std::string& method, const std::string& url, Headers headers = {},
                     std::string peer = "127.0.0.1") {
        headers.push_back(our_name);
        return town_.world.run(admin_.answer(
            {{.method = method, .url = url, .headers = std::move(headers)}, std::move(peer)}));
    }
    HttpResponse send(const std::string& url, const std::string& body,
                      const std::string& type = "application/json") {
        return town_.world.run(admin_.answer({{.method = "POST",
                                               .url = url,
                                               .headers = {our_name, {"Content-Type", type}},
                                               .body = body},
                                              "127.0.0.1"}));
    }
    json get(const std::string& url) {
        const auto response = ask("GET", url);
        EXPECT_EQ(response.status, 200) << url << ": " << response.body;
        EXPECT_THAT(std::string{header_value(response.headers, "Content-Type")},
                    HasSubstr("application/json"));
        return json::parse(response.body);
    }
    json post(const std::string& url) {
        const auto response = ask("POST", url);
        EXPECT_EQ(response.status, 200) << url << ": " << response.body;
        return json::parse(response.body);
    }
    void publish_withheld() {
        town_.site.publish(R"({"id":"c_withheld","callTimestamp":"2026-11-23T08:01:00Z",
                               "customerPhone":"anonymous"})");
    }

    admin::Admin make_admin(admin::AdminOptions options) {
        options.lock_wait = lock_wait;
        return {std::move(options), {{"main", "US", process_.service()}}, town_.world, town_.log};
    }

    Town town_;
    Process process_{town_};
    admin::Admin admin_ = make_admin({.access = {}, .lock_wait = lock_wait});
};

TEST_F(AdminTest, HealthAnswersWhateverTheState) {
    auto health = get("/health");
    EXPECT_THAT(members(health),
                UnorderedElementsAre("status", "version", "uptimeSeconds", "lastSync", "reasons"));
    EXPECT_EQ(health.at("status"), "starting");
    EXPECT_TRUE(health.at("lastSync").is_null());
    town_.world.run(town_.world.sleep(90s));
    post("/sync-now");
    health = get("/health");
    EXPECT_EQ(health.at("status"), "ok");
    EXPECT_GE(health.at("uptimeSeconds"), 90);
    EXPECT_THAT(health.at("reasons"), IsEmpty());
    EXPECT_EQ(health.at("lastSync").at("ok"), true);
    EXPECT_EQ(parse_utc(health.at("lastSync").at("at").get<std::string>()), town_.world.now());
    town_.world.run(town_.world.sleep(1h));
    health = get("/health");
    EXPECT_EQ(health.at("status"), "degraded");
    EXPECT_THAT(health.at("reasons"),
                ElementsAre("nothing was synced for three intervals",
                            "what the receptionist listed in the last 61 min is not read yet"));
}

TEST_F(AdminTest, ReadyOnceSyncedAndNotWhenEverySyncFails) {
    auto response = ask("GET", "/ready");
    EXPECT_EQ(response.status, 503);
    EXPECT_THAT(json::parse(response.body).at("reasons"), SizeIs(1));
    post("/sync-now");
    EXPECT_EQ(ask("GET", "/ready").status, 200);
    town_.portal.options().token = "another";
    town_.publish_calls(1, 1h);
    EXPECT_EQ(ask("POST", "/sync-now").status, 502);
    response = ask("GET", "/ready");
    EXPECT_EQ(response.status, 503);
    EXPECT_THAT(response.body, HasSubstr("HUBSPOT_TOKEN"));
}

TEST_F(AdminTest, ARunReportHasExactlyTheContractsMembers) {
    town_.publish_calls(4, 2h);
    publish_withheld();
    const auto report = post("/sync-now?since=7d");
    EXPECT_THAT(
        members(report),
        UnorderedElementsAre("runId", "trigger", "dryRun", "replaceActivities", "window",
                             "startedAt", "durationMs", "calls", "contacts", "requests", "errors"));
    EXPECT_THAT(members(report.at("window")), UnorderedElementsAre("since", "until"));
    EXPECT_THAT(members(report.at("calls")), UnorderedElementsAre("fetched", "synced", "skipped",
                                                                  "replaced", "parked", "failed"));
    EXPECT_THAT(members(report.at("contacts")),
                UnorderedElementsAre("created", "matched", "updated"));
    EXPECT_THAT(members(report.at("requests")), UnorderedElementsAre("receptionist", "hubspot"));
    ASSERT_THAT(report.at("errors"), SizeIs(1));
    EXPECT_THAT(members(report.at("errors").at(0)),
                UnorderedElementsAre("callId", "stage", "message", "retryAt"));
    EXPECT_EQ(report.at("errors").at(0).at("callId"), "c_withheld");
    EXPECT_TRUE(report.at("errors").at(0).at("retryAt").is_null());
    EXPECT_EQ(report.at("trigger"), "request");
    EXPECT_EQ(report.at("calls").at("fetched"), 5);
    EXPECT_EQ(report.at("calls").at("synced"), 4);
    EXPECT_EQ(report.at("calls").at("parked"), 1);
}

TEST_F(AdminTest, SyncNowTakesTheWindowAndFlagsItIsGiven) {
    town_.publish_calls(4, 2h);
    const auto dry =
        post("/sync-now?since=2026-11-20T00%3A00%3A00Z&until=2026-11-23T09:00:00Z&dryRun=true");
    EXPECT_EQ(dry.at("dryRun"), true);
    EXPECT_EQ(dry.at("window").at("since"), "2026-11-20T00:00:00.000Z");
    EXPECT_EQ(dry.at("window").at("until"), "2026-11-23T09:00:00.000Z");
    EXPECT_EQ(town_.portal.writes(), 0);
    post("/sync-now?since=36h");
    const auto again = post("/sync-now?since=36h&replaceActivities=true");
    EXPECT_EQ(again.at("replaceActivities"), true);
    EXPECT_EQ(again.at("calls").at("replaced"), 4);
}

TEST_F(AdminTest, RunsAreKeptNewestFirstAndFoundById) {
    EXPECT_THAT(get("/runs").at("runs"), IsEmpty());
    const auto first = post("/sync-now");
    town_.world.run(town_.world.sleep(1min));
    const auto second = post("/sync-now");
    EXPECT_THAT(get("/runs").at("runs"), ElementsAre(second, first));
    EXPECT_THAT(get("/runs?limit=1").at("runs"), ElementsAre(second));
    EXPECT_EQ(get("/runs/" + first.at("runId").get<std::string>()), first);
    EXPECT_EQ(ask("GET", "/runs/run_0").status, 404);
}

TEST_F(AdminTest, ACallShowsItsState) {
    const auto planned = town_.publish_calls(1, 2h);
    publish_withheld();
    post("/sync-now");
    const auto call = get("/calls/" + planned.front().id);
    EXPECT_THAT(members(call), UnorderedElementsAre("callId", "state", "reason", "phone",
                                                    "contactId", "activityId", "calledAt", "seenAt",
                                                    "syncedAt", "attempts", "retryAt"));
    EXPECT_EQ(call.at("callId"), planned.front().id);
    EXPECT_EQ(call.at("state"), "synced");
    EXPECT_TRUE(call.at("reason").is_null());
    EXPECT_EQ(call.at("phone"), town_.workload.callers()[planned.front().caller].e164);
    EXPECT_EQ(call.at("activityId"), town_.portal.calls().at(0).id);
    EXPECT_EQ(call.at("contactId"), town_.portal.calls().at(0).contact_ids.at(0));
    EXPECT_EQ(call.at("calledAt"), format_utc(planned.front().at));
    EXPECT_TRUE(call.at("syncedAt").is_string());
    EXPECT_TRUE(call.at("retryAt").is_null());
    const auto parked = get("/calls/c_withheld");
    EXPECT_EQ(parked.at("state"), "parked");
    EXPECT_EQ(parked.at("reason"), "the caller withheld the number");
    EXPECT_TRUE(parked.at("contactId").is_null());
    EXPECT_TRUE(parked.at("syncedAt").is_null());
}

TEST_F(AdminTest, CallsAreListedByStateTextAndPage) {
    town_.publish_calls(5, 2h);
    publish_withheld();
    post("/sync-now");
    auto page = get("/calls?limit=4");
    EXPECT_THAT(members(page), UnorderedElementsAre("calls", "nextCursor"));
    ASSERT_THAT(page.at("calls"), SizeIs(4));
    page = get("/calls?limit=4&cursor=" + percent_encode(page.at("nextCursor").get<std::string>()));
    EXPECT_THAT(page.at("calls"), SizeIs(2));
    EXPECT_TRUE(page.at("nextCursor").is_null());
    EXPECT_THAT(get("/calls?state=parked").at("calls"), SizeIs(1));
    EXPECT_THAT(get("/calls?state=synced").at("calls"), SizeIs(5));
    EXPECT_THAT(get("/calls?state=failed").at("calls"), IsEmpty());
    EXPECT_THAT(get("/calls?q=WITHHELD").at("calls"), SizeIs(1));
    const auto one = get("/calls?q=c_withheld").at("calls").at(0);
    EXPECT_EQ(one, get("/calls/c_withheld"));
}

TEST_F(AdminTest, AParkedCallIsRetriedOthersAreNot) {
    const auto planned = town_.publish_calls(1, 2h);
    publish_withheld();
    post("/sync-now");
    const auto retried = post("/calls/c_withheld/retry");
    EXPECT_EQ(retried.at("state"), "pending");
    const auto done = ask("POST", "/calls/" + planned.front().id + "/retry");
    EXPECT_EQ(done.status, 409);
    EXPECT_EQ(error_code(done), "not_retryable");
    EXPECT_EQ(ask("POST", "/calls/c_unknown/retry").status, 404);
}

TEST_F(AdminTest, ACallIsDismissedWithAReasonAndBroughtBack) {
    publish_withheld();
    post("/sync-now");
    const auto url = std::string{"/calls/c_withheld"};
    EXPECT_EQ(post(url + "/dismiss").at("reason"), "the caller withheld the number");
    const auto dismissed = json::parse(send(url + "/dismiss", R"({"reason":"spam"})").body);
    EXPECT_EQ(dismissed.at("state"), "dismissed");
    EXPECT_EQ(dismissed.at("reason"), "spam");
    EXPECT_EQ(dismissed, get(url));
    EXPECT_THAT(get("/calls?state=dismissed").at("calls"), SizeIs(1));
    EXPECT_THAT(get("/calls?state=parked").at("calls"), IsEmpty());
    const auto report = post("/sync-now");
    EXPECT_EQ(report.at("calls").at("fetched"), 1);
    EXPECT_EQ(report.at("calls").at("parked"), 1) << "each fetched call has a result";
    EXPECT_EQ(report.at("calls").at("failed"), 0);
    EXPECT_THAT(report.at("errors"), IsEmpty());
    EXPECT_EQ(post(url + "/retry").at("state"), "pending");
}

TEST_F(AdminTest, ACallIsGivenANumberAndSyncedToItsContact) {
    publish_withheld();
    post("/sync-now");
    const auto given = send("/calls/c_withheld/number", R"({"phone":"(571) 830-8515 x12"})");
    EXPECT_EQ(given.status, 200) << given.body;
    EXPECT_EQ(json::parse(given.body).at("state"), "pending");
    EXPECT_EQ(json::parse(given.body).at("givenPhone"), "+15718308515 x12");
    EXPECT_EQ(post("/sync-now").at("calls").at("synced"), 1);
    const auto call = get("/calls/c_withheld");
    EXPECT_EQ(call.at("phone"), "+15718308515");
    EXPECT_EQ(call.at("givenPhone"), "+15718308515 x12");
    EXPECT_EQ(call.at("contactId"), town_.portal.calls().at(0).contact_ids.at(0));
    EXPECT_EQ(town_.portal.calls().at(0).properties.at("hs_call_from_number"), "+15718308515 x12");
}

TEST_F(AdminTest, ACallInHubSpotIsNeitherDismissedNorGivenANumber) {
    const auto id = town_.publish_calls(1, 2h).front().id;
    post("/sync-now");
    const auto activity = town_.portal.calls().at(0).id;
    for (const auto& refused : {ask("POST", "/calls/" + id + "/dismiss"),
                                send("/calls/" + id + "/number", R"({"phone":"571-830-8515"})")}) {
        EXPECT_EQ(refused.status, 409);
        EXPECT_EQ(error_code(refused), "already_synced");
        EXPECT_THAT(refused.body, HasSubstr(activity));
    }
}

TEST_F(AdminTest, RequestBodiesAreReadStrictly) {
    publish_withheld();
    town_.site.publish(R"({"id":"c_odd","callTimestamp":"soon"})");
    post("/sync-now");
    const auto before = get("/calls");
    struct Case {
        std::string path, body, type;
        int status;
        std::string code;
    };
    const std::string json_type = "application/json";
    const std::vector<Case> cases{
        {"c_withheld/dismiss", "spam", json_type, 400, "bad_body"},
        {"c_withheld/dismiss", R"(["spam"])", json_type, 400, "bad_body"},
        {"c_withheld/dismiss", R"({"reason":1})", json_type, 400, "bad_body"},
        {"c_withheld/dismiss", R"({"reason":null})", json_type, 400, "bad_body"},
        {"c_withheld/dismiss", R"({"reason":"a\nb"})", json_type, 400, "bad_body"},
        {"c_withheld/dismiss", R"({"reason":"a\u0000b"})", json_type, 400, "bad_body"},
        {"c_withheld/dismiss", R"({"raeson":"spam"})", json_type, 400, "bad_body"},
        {"c_withheld/dismiss", R"({"reason":"spam"})", "text/plain", 415, "unsupported_media_type"},
        {"c_withheld/dismiss", R"({"reason":"spam"})", "", 415, "unsupported_media_type"},
        {"c_withheld/dismiss?reason=spam", "", "", 400, "bad_parameter"},
        {"c_withheld/number", "", "", 400, "bad_body"},
        {"c_withheld/number", "{}", json_type, 400, "bad_body"},
        {"c_withheld/number", R"({"phone":"+15718308515","name":"x"})", json_type, 400, "bad_body"},
        {"c_withheld/number", R"({"phone":"anonymous"})", json_type, 400, "unusable_number"},
        {"c_withheld/number", R"({"phone":"12"})", json_type, 400, "unusable_number"},
        {"c_withheld/number", R"({"phone":""})", json_type, 400, "unusable_number"},
        {"c_withheld/number", R"({"phone":"+15718308515"})", "text/json", 415,
         "unsupported_media_type"},
        {"c_odd/number", R"({"phone":"+15718308515"})", json_type, 409, "unreadable"},
        {"c_unknown/dismiss", "", "", 404, "not_found"},
        {"c_unknown/number", R"({"phone":"+15718308515"})", json_type, 404, "not_found"}};
    for (const auto& [path, body, type, status, code] : cases) {
        const auto response = send("/calls/" + path, body, type);
        EXPECT_EQ(response.status, status) << path << ' ' << body;
        EXPECT_EQ(error_code(response), code) << path << ' ' << body;
    }
    EXPECT_EQ(get("/calls"), before);
    const auto unusable = send("/calls/c_withheld/number", R"({"phone":"12"})");
    EXPECT_THAT(unusable.body, HasSubstr(to_sentence(PhoneError::not_dialable)));
    EXPECT_EQ(send("/calls/c_withheld/dismiss", "{}", "Application/JSON; charset=utf-8").status,
              200);
}

TEST_F(AdminTest, SetupPropertiesIsSafeToRepeat) {
    const auto first = post("/setup-properties");
    EXPECT_THAT(members(first), UnorderedElementsAre("group", "created", "existing", "conflicts"));
    EXPECT_EQ(first.at("group"), "goodcall");
    EXPECT_THAT(first.at("created"),
                UnorderedElementsAre("goodcall_last_call_date", "goodcall_last_call_id",
                                     "goodcall_last_call_summary", "goodcall_last_call_action",
                                     "goodcall_last_call_duration_seconds", "goodcall_call_count",
                                     "goodcall_form_answers"));
    const auto second = post("/setup-properties");
    EXPECT_THAT(second.at("created"), IsEmpty());
    EXPECT_THAT(second.at("existing"), UnorderedElementsAreArray(first.at("created")));
}

TEST_F(AdminTest, ARefusedSetupPropertiesSaysWhy) {
    town_.portal.options().token = "another";
    const auto response = ask("POST", "/setup-properties");
    EXPECT_EQ(response.status, 502);
    EXPECT_EQ(error_code(response), "credentials_refused");
}

TEST_F(AdminTest, UnknownPathsAre404AndWrongMethods405) {
    for (const auto* path : {"/index.html", "/assets/none.js", "/healthy", "/calls/", "/calls/a/b",
                             "/runs/a/b", "/calls//retry", "/admin"}) {
        const auto response = ask("GET", path);
        EXPECT_EQ(response.status, 404) << path;
        EXPECT_EQ(error_code(response), "not_found") << path;
    }
    const std::map<std::string, std::pair<std::string, std::string>> wrong{
        {"/sync-now", {"GET", "POST"}},
        {"/setup-properties", {"GET", "POST"}},
        {"/calls", {"POST", "GET"}},
        {"/runs", {"DELETE", "GET"}},
        {"/calls/c_1", {"PUT", "GET"}},
        {"/calls/c_1/retry", {"GET", "POST"}},
        {"/calls/c_1/dismiss", {"GET", "POST"}},
        {"/calls/c_1/number", {"PUT", "POST"}},
        {"/health", {"POST", "GET"}}};
    for (const auto& [path, methods] : wrong) {
        const auto response = ask(methods.first, path);
        EXPECT_EQ(response.status, 405) << path;
        EXPECT_EQ(error_code(response), "method_not_allowed") << path;
        EXPECT_EQ(header_value(response.headers, "Allow"), methods.second) << path;
    }
    EXPECT_EQ(ask("HEAD", "/health").status, 200);
}

TEST_F(AdminTest, AMalformedRequestIsRefusedAndHasNoEffect) {
    const std::vector<std::pair<std::string, std::string>> bad{
        {"POST", "/sync-now?dryrun=true"},
        {"POST", "/sync-now?dryRun=maybe"},
        {"POST", "/sync-now?dryRun="},
        {"POST", "/sync-now?replaceActivities=2"},
        {"POST", "/sync-now?since=yesterday"},
        {"POST", "/sync-now?since=2026-11-23T08:00:00"},
        {"POST", "/sync-now?since=1h&until=2h"},
        {"POST", "/sync-now?since=2030-01-01T00:00:00Z"},
        {"POST", "/setup-properties?force=true"},
        {"GET", "/health?verbose=1"},
        {"GET", "/runs?limit=0"},
        {"GET", "/runs?limit=ten"},
        {"GET", "/runs?limit=5x"},
        {"GET", "/calls?limit=100000"},
        {"GET", "/calls?limit=-1"},
        {"GET", "/calls?state=done"},
        {"GET", "/calls?cursor=here"},
        {"GET", "/calls?cursor=-:c_1"},
        {"GET", "/calls?cursor=--5:c_1"},
        {"GET", "/calls?cursor=5-5:c_1"},
        {"GET", "/calls/c_1?q=x"}};
    for (const auto& [method, url] : bad) {
        const auto response = ask(method, url);
        EXPECT_EQ(response.status, 400) << url;
        EXPECT_EQ(error_code(response), "bad_parameter") << url;
    }
    EXPECT_EQ(town_.portal.requests() + town_.site.requests(), 0);
}

// Two requests at once: the world runs both.
TEST_F(AdminTest, ASecondSyncWaitsForTheFirstAndThenGivesUp) {
    town_.publish_calls(3, 2h);
    town_.network.set_faults([](const HttpRequest& request) {
        return request.url.starts_with(site_origin) ? sim::Fault::hang() : sim::Fault::none();
    });
    std::optional<HttpResponse> first;
    asio::co_spawn(
        town_.world.executor(),
        admin_.answer({{.method = "POST", .url = "/sync-now", .headers = {our_name}}, "127.0.0.1"}),
        [&](std::exception_ptr, HttpResponse response) { first = response; });
    town_.world.run(town_.world.sleep(1s));
    const auto asked_at = town_.world.now();
    const auto second = ask("POST", "/sync-now");
    EXPECT_EQ(second.status, 409);
    EXPECT_EQ(error_code(second), "sync_in_progress");
    EXPECT_GE(town_.world.now() - asked_at, lock_wait);
    EXPECT_FALSE(first.has_value()) << "the first was still under way";
    town_.network.set_faults(nullptr);
    while (!first) town_.world.run(town_.world.sleep(1s));
    EXPECT_EQ(first->status, 200) << first->body;
    EXPECT_EQ(json::parse(first->body).at("calls").at("synced"), 3);
}

TEST_F(AdminTest, ASecondSyncRunsIfTheFirstEndsInTime) {
    town_.publish_calls(3, 2h);
    std::optional<HttpResponse> first;
    asio::co_spawn(
        town_.world.executor(),
        admin_.answer({{.method = "POST", .url = "/sync-now", .headers = {our_name}}, "127.0.0.1"}),
        [&](std::exception_ptr, HttpResponse response) { first = response; });
    town_.world.run(town_.world.sleep(10ms));
    const auto second = post("/sync-now?since=1d");
    ASSERT_TRUE(first);
    EXPECT_EQ(json::parse(first->body).at("calls").at("synced"), 3);
    EXPECT_EQ(second.at("calls").at("skipped"), 3);
}

TEST_F(AdminTest, ARunThatStoppedSaysWhatWentWrong) {
    town_.portal.options().token = "another";
    const auto refused = ask("POST", "/sync-now");
    EXPECT_EQ(refused.status, 502);
    EXPECT_EQ(error_code(refused), "credentials_refused");
    town_.site.fail_next(10, {503, {}, ""});
    const auto away = ask("POST", "/sync-now");
    EXPECT_EQ(away.status, 503);
    EXPECT_EQ(error_code(away), "out_of_reach");
}

// --- Access control ------------------------------------------------------------------------------

int status_for(const InboundRequest& request, const std::string& token) {
    const auto refusal = admin::turn_away(request, {Secret{token}});
    return refusal ? refusal->status : 200;
}

InboundRequest request_from(std::string peer, Headers headers, std::string method = "GET") {
    return {{.method = std::move(method), .url = "/calls", .headers = std::move(headers)},
            std::move(peer)};
}

TEST(AdminGuard, WithATokenOnlyItsBearerHasAccess) {
    const std::string token = "s3cret";
    const std::map<std::string, int> given{
        {"Bearer s3cret", 200}, {"Bearer s3cre", 401},   {"Bearer s3crett", 401},
        {"Bearer S3CRET", 401}, {"s3cret", 401},         {"Basic s3cret", 401},
        {"Bearer ", 401},       {"Bearer  s3cret", 401}, {"", 401}};
    for (const auto& [authorization, status] : given) {
        for (const auto* peer : {"127.0.0.1", "203.0.113.7"}) {
            EXPECT_EQ(status_for(request_from(peer, {{"Authorization", authorization}}), token),
                      status)
                << authorization;
        }
    }
    const auto refusal = admin::turn_away(request_from("127.0.0.1", {}), {Secret{token}});
    EXPECT_EQ(header_value(refusal->headers, "WWW-Authenticate"), "Bearer");
    EXPECT_EQ(refusal->body.find(token), std::string::npos);
}

TEST(AdminGuard, EveryWrongTokenGetsTheSameAnswer) {
    const auto none = admin::turn_away(request_from("127.0.0.1", {}), {Secret{"s3cret"}});
    const auto wrong = admin::turn_away(
        request_from("127.0.0.1", {{"Authorization", "Bearer s3cres"}}), {Secret{"s3cret"}});
    EXPECT_EQ(none->body, wrong->body);
    EXPECT_EQ(none->headers, wrong->headers);
}

TEST(AdminGuard, WithoutATokenOnlyThisMachineHasAccess) {
    for (const auto* peer : {"127.0.0.1", "127.8.8.8", "::1"}) {
        EXPECT_EQ(status_for(request_from(peer, {our_name}), ""), 200) << peer;
    }
    for (const auto* peer : {"203.0.113.7", "10.0.0.1", "::", "2001:db8::1", ""}) {
        EXPECT_EQ(status_for(request_from(peer, {our_name}), ""), 403) << peer;
    }
    for (const auto* header : {"X-Forwarded-For", "x-forwarded-for", "Forwarded", "X-Real-IP",
                               "X-Forwarded-Host", "X-Forwarded-Proto", "Via"}) {
        EXPECT_EQ(status_for(request_from("127.0.0.1", {our_name, {header, "127.0.0.1"}}), ""), 403)
            << header;
    }
}

TEST(AdminGuard, WithoutATokenOnlyOurOwnHostNamesAreAnswered) {
    const admin::Access access{.token = Secret{}, .allowed_hosts = {"bridge.lan"}};
    const std::map<std::string, int> names{
        {"127.0.0.1:8080", 200},   {"127.0.0.1", 200},          {"localhost:8080", 200},
        {"LOCALHOST", 200},        {"[::1]:8080", 200},         {"bridge.lan:8080", 200},
        {"Bridge.Lan", 200},       {"evil.example", 403},       {"evil.example:8080", 403},
        {"127.evil.example", 403}, {"localhost.evil.com", 403}, {"notbridge.lan", 403},
        {"0.0.0.0:8080", 403},     {"10.0.0.1:8080", 403},      {"", 403}};
    for (const auto& [name, status] : names) {
        const auto refusal = admin::turn_away(request_from("127.0.0.1", {{"Host", name}}), access);
        EXPECT_EQ(refusal ? refusal->status : 200, status) << name;
        if (refusal) EXPECT_EQ(error_code(*refusal), "unknown_host") << name;
    }
    EXPECT_EQ(status_for(request_from("127.0.0.1", {}), ""), 403) << "nobody's name";
    EXPECT_EQ(status_for(request_from("203.0.113.7", {{"Host", "evil.example"},
                                                      {"Authorization", "Bearer s3cret"}}),
                         "s3cret"),
              200)
        << "a name that resolves to us does not carry a token";
}

TEST_F(AdminTest, WithoutATokenNobodyMergesOrReplacesIfOthersReachTheSocket) {
    auto reachable = make_admin({.access = {}, .lock_wait = {}, .beyond_loopback = true});
    auto guarded = make_admin(
        {.access = {Secret{"let-me-in-please"}}, .lock_wait = {}, .beyond_loopback = true});
    const Header bearer{"Authorization", "Bearer let-me-in-please"};
    const auto ask_of = [&](admin::Admin& admin, const std::string& url) {
        return town_.world.run(admin.answer(
            {{.method = "POST", .url = url, .headers = {our_name, bearer}}, "127.0.0.1"}));
    };
    for (const auto* url : {"/dedup", "/dedup?dryRun=false", "/sync-now?replaceActivities=true"}) {
        const auto refused = ask_of(reachable, url);
        EXPECT_EQ(refused.status, 403) << url;
        EXPECT_EQ(error_code(refused), "admin_token_needed") << url;
        EXPECT_THAT(refused.body, HasSubstr("set ADMIN_TOKEN")) << url;
        EXPECT_EQ(ask_of(admin_, url).status, 200) << url;
        EXPECT_EQ(ask_of(guarded, url).status, 200) << url;
    }
    for (const auto* url : {"/dedup?dryRun=true", "/sync-now", "/sync-now?dryRun=true"}) {
        EXPECT_EQ(ask_of(reachable, url).status, 200) << url;
    }
    EXPECT_EQ(ask_of(reachable, "/sync-now?replaceActivities=perhaps").status, 400);
}

TEST(AdminGuard, AnotherSitesPageMayNotChangeAnything) {
    const Header host{"Host", "127.0.0.1:8080"};
    const std::vector<std::pair<Headers, int>> given{
        {{host}, 200},
        {{host, {"Origin", "http://127.0.0.1:8080"}}, 200},
        {{host, {"Sec-Fetch-Site", "same-origin"}}, 200},
        {{host, {"Sec-Fetch-Site", "none"}}, 200},
        {{host, {"Origin", "https://evil.example"}}, 403},
        {{host, {"Origin", "null"}}, 403},
        {{host, {"Origin", "http://127.0.0.1:8081"}}, 403},
        {{host, {"Origin", "http://evil127.0.0.1:8080"}}, 403},
        {{host, {"Sec-Fetch-Site", "cross-site"}}, 403},
        {{host, {"Sec-Fetch-Site", "same-site"}}, 403},
        {{{"Origin", "https://evil.example"}}, 403}};
    for (const auto& [headers, status] : given) {
        EXPECT_EQ(status_for(request_from("127.0.0.1", headers, "POST"), ""), status)
            << headers.back().value;
    }
    const Headers cross{host, {"Origin", "https://evil.example"}};
    EXPECT_EQ(status_for(request_from("127.0.0.1", cross, "GET"), ""), 200)
        << "the browser withholds the answer from that page";
    auto with_token = cross;
    with_token.push_back({"Authorization", "Bearer s3cret"});
    EXPECT_EQ(status_for(request_from("127.0.0.1", with_token, "POST"), "s3cret"), 403);
}

TEST_F(AdminTest, OnlyHealthReadinessAndTheEmptyPageArePublic) {
    const std::string far = "203.0.113.7";
    EXPECT_EQ(ask("GET", "/health", {}, far).status, 200);
    EXPECT_EQ(ask("GET", "/ready", {}, far).status, 503);
    EXPECT_EQ(ask("GET", "/", {}, far).status, 200);
    for (const auto& [method, path] :
         std::vector<std::pair<std::string, std::string>>{{"POST", "/sync-now"},
                                                          {"GET", "/runs"},
                                                          {"GET", "/runs/run_1"},
                                                          {"GET", "/calls"},
                                                          {"GET", "/calls/c_1"},
                                                          {"POST", "/calls/c_1/retry"},
                                                          {"POST", "/calls/c_1/dismiss"},
                                                          {"POST", "/calls/c_1/number"},
                                                          {"POST", "/setup-properties"},
                                                          {"GET", "/overview"},
                                                          {"GET", "/history"},
                                                          {"GET", "/events"},
                                                          {"GET", "/token/status"},
                                                          {"POST", "/token/refresh"},
                                                          {"GET", "/nothing"}}) {
        const auto response = ask(method, path, {}, far);
        EXPECT_EQ(response.status, 403) << path;
        EXPECT_EQ(error_code(response), "loopback_only") << path;
    }
}

TEST(Openapi, DescribesExactlyTheExistingRoutes) {
    const auto description = json::parse(admin::openapi_description());
    EXPECT_EQ(description.at("info").at("version"), version);
    EXPECT_THAT(described_routes(description), testing::ContainerEq(real_routes()));
}

TEST_F(AdminTest, ACallerIsForgottenOnRequest) {
    town_.site.publish(R"({"id":"c_1","callTimestamp":"2026-11-23T08:00:00Z",
                           "customerPhone":"+15718308515","customerName":"Jane Doe"})");
    town_.world.run(process_.service().run(last_week(town_), lock_wait));
    EXPECT_EQ(error_code(send("/calls/forget", R"({"phone":"(571) 830-8515"})")), "in_hand");
    town_.world.run(town_.world.sleep(1h));
    const auto forgotten = send("/calls/forget", R"({"phone":"(571) 830-8515"})");
    EXPECT_EQ(forgotten.status, 200);
    EXPECT_EQ(json::parse(forgotten.body), json({{"forgotten", 1}}));
    EXPECT_EQ(get("/calls/c_1").at("state"), "synced");
    EXPECT_EQ(get("/calls?q=8308515").at("calls"), json::array());
    EXPECT_EQ(error_code(send("/calls/forget", R"({"phone":"nobody"})")), "unusable_number");
    EXPECT_EQ(error_code(send("/calls/forget", "")), "bad_body");
}

TEST_F(AdminTest, TooManySearchesAtOnceAre429) {
    std::vector<int> statuses;
    for (int i = 0; i < 6; ++i) {
        asio::co_spawn(
            town_.world.executor(),
            admin_.answer(
                {{.method = "GET", .url = "/calls?q=jane", .headers = {our_name}}, "127.0.0.1"}),
            [&](std::exception_ptr, const HttpResponse& response) {
                statuses.push_back(response.status);
            });
    }
    town_.world.run(town_.world.sleep(1min));
    EXPECT_THAT(statuses, UnorderedElementsAre(200, 200, 200, 200, 429, 429));
    EXPECT_EQ(ask("GET", "/calls?q=jane").status, 200);
}

}  // namespace
}  // namespace ringbridge::tests
