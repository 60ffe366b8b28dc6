// The receptionist's login: kept across restarts, shown and renewed over HTTP.
#include "admin/admin.hpp"
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using bridge::Ending;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr Milliseconds lock_wait = 10s;
const ProcessOptions wrong_password{.password = "wrong"};

// The raw content of the ledger's files.
std::string ledger_bytes(const Town& town) {
    std::ostringstream bytes;
    for (const auto* ending : {"", "-wal"}) {
        const auto path = town.ledger_file.path() + ending;
        if (std::filesystem::exists(path)) bytes << std::ifstream{path, std::ios::binary}.rdbuf();
    }
    return std::move(bytes).str();
}

bool logged(const Town& town, const std::string& event) {
    return std::ranges::find(town.log.lines, event, &sim::Notebook::Line::event) !=
           town.log.lines.end();
}

TEST(KeptLogin, ARestartDoesNotLogInAgain) {
    Town town;
    for (int restart = 0; restart < 3; ++restart) {
        EXPECT_EQ(Process{town}.sync().ending, Ending::done);
    }
    EXPECT_EQ(town.site.logins(), 1);
}

TEST(KeptLogin, TheHourWithoutLoginSurvivesARestartAndEndsWithAnotherPassword) {
    Town town;
    for (int restart = 0; restart < 3; ++restart) {
        const auto report = Process{town, wrong_password}.sync();
        EXPECT_EQ(report.ending, Ending::credentials_refused);
    }
    EXPECT_EQ(town.site.logins(), 1);
    EXPECT_EQ(Process{town}.sync().ending, Ending::done);
    EXPECT_EQ(town.site.logins(), 2);
}

TEST(KeptLogin, AfterTheHourALoginIsTriedAgain) {
    Town town;
    Process{town, wrong_password}.sync();
    town.world.run(town.world.sleep(1h));
    Process{town, wrong_password}.sync();
    EXPECT_EQ(town.site.logins(), 2);
}

TEST(KeptLogin, APastedTokenWorksWhileLoginsFail) {
    Town town;
    Process{town, wrong_password}.sync();
    auto options = wrong_password;
    options.pasted_token = town.site.static_token(town.world.now());
    EXPECT_EQ((Process{town, options}.sync().ending), Ending::done);
    EXPECT_EQ(town.site.logins(), 1);
}

TEST(KeptLogin, WithAKeyTheLedgerFileShowsNoToken) {
    const std::string token_begins = "eyJhbGci";
    Town open;
    Process{open}.sync();
    EXPECT_THAT(ledger_bytes(open), HasSubstr(token_begins));
    Town town;
    Process{town, {.token_key = "k"}}.sync();
    EXPECT_EQ((Process{town, {.token_key = "k"}}.sync().ending), Ending::done);
    EXPECT_EQ(town.site.logins(), 1);
    EXPECT_THAT(ledger_bytes(town), Not(HasSubstr(token_begins)));
    EXPECT_FALSE(logged(town, "kept_login_unreadable"));
}

TEST(KeptLogin, AChangedOrMissingKeyMeansANewLoginAndALogLine) {
    for (const auto* key : {"another", ""}) {
        Town town;
        Process{town, {.token_key = "k"}}.sync();
        EXPECT_EQ((Process{town, {.token_key = key}}.sync().ending), Ending::done);
        EXPECT_EQ(town.site.logins(), 2);
        EXPECT_TRUE(logged(town, "kept_login_unreadable"));
        EXPECT_EQ((Process{town, {.token_key = key}}.sync().ending), Ending::done);
        EXPECT_EQ(town.site.logins(), 2);
    }
}

TEST(KeptLogin, NeitherPasswordNorEmailIsKept) {
    Town town;
    Process{town, {.password = "canary-9f1c"}}.sync();
    EXPECT_THAT(ledger_bytes(town), Not(HasSubstr("canary-9f1c")));
    EXPECT_THAT(ledger_bytes(town), Not(HasSubstr(sim::SiteOptions{}.email)));
}

// --- Over HTTP -----------------------------------------------------------------------------------

// A bridge's process and its HTTP client.
struct Asked {
    explicit Asked(Town& in, ProcessOptions options = {}) : town{in}, process{in, options} {}

    HttpResponse ask(const std::string& method, const std::string& url) {
        return town.world.run(admin.answer(
            {{.method = method, .url = url, .headers = {{"Host", "localhost"}}}, "127.0.0.1"}));
    }
    json status() {
        const auto response = ask("GET", "/token/status");
        EXPECT_EQ(response.status, 200);
        return json::parse(response.body);
    }

    Town& town;
    Process process;
    admin::Admin admin{{.access = {}, .lock_wait = lock_wait},
                       {{"main", "US", process.service()}},
                       town.world,
                       town.log};
};

json error_of(const HttpResponse& response) { return json::parse(response.body).at("error"); }

TEST(TokenRoutes, StatusHasTheContractsMembers) {
    Town town;
    Asked bridge{town};
    auto status = bridge.status();
    EXPECT_EQ(status, (json{{"platform", "goodcall"},
                            {"mode", "login"},
                            {"expiresAt", nullptr},
                            {"secondsLeft", nullptr},
                            {"refreshDue", true},
                            {"cooldownUntil", nullptr},
                            {"lastError", nullptr},
                            {"cause", nullptr}}));
    EXPECT_EQ(town.site.requests(), 0) << "it is read-only";
    bridge.process.sync();
    status = bridge.status();
    const auto expires_at = parse_utc(status.at("expiresAt").get<std::string>());
    ASSERT_TRUE(expires_at);
    EXPECT_NEAR(static_cast<double>(status.at("secondsLeft").get<int>()), 60 * 24 * 3600, 60);
    EXPECT_EQ(status.at("refreshDue"), false);
}

TEST(TokenRoutes, AStaticTokenIsShownAsOne) {
    Town town;
    Asked bridge{
        town,
        {.email = "", .password = "", .pasted_token = town.site.static_token(town.world.now())}};
    auto status = bridge.status();
    EXPECT_EQ(status.at("mode"), "static");
    EXPECT_EQ(status.at("secondsLeft"), 60 * 24 * 3600);
    const auto refused = bridge.ask("POST", "/token/refresh");
    EXPECT_EQ(refused.status, 502);
    EXPECT_THAT(error_of(refused).at("message").get<std::string>(), HasSubstr("is static"));
    EXPECT_EQ(bridge.ask("GET", "/ready").status, 503) << "the first sync has not finished yet";
    bridge.process.sync();
    town.site.revoke_tokens();
    bridge.process.sync();
    status = bridge.status();
    EXPECT_EQ(status.at("cause"), "token_refused");
    EXPECT_TRUE(status.at("cooldownUntil").is_null());
}

TEST(TokenRoutes, ARefreshLogsInAndReturnsTheState) {
    Town town;
    Asked bridge{town};
    for (int logins = 1; logins <= 2; ++logins) {
        const auto response = bridge.ask("POST", "/token/refresh");
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_EQ(json::parse(response.body), bridge.status());
        EXPECT_EQ(town.site.logins(), logins);
    }
}

TEST(TokenRoutes, WithinTheHourARefreshIs429UnlessItIsForced) {
    Town town;
    Asked bridge{town, wrong_password};
    const auto refused = bridge.ask("POST", "/token/refresh");
    EXPECT_EQ(refused.status, 502);
    EXPECT_EQ(error_of(refused).at("code"), "credentials_refused");
    EXPECT_EQ(error_of(refused).at("details").at("cause"), "wrong_password");
    const auto status = bridge.status();
    EXPECT_EQ(status.at("cause"), "wrong_password");
    EXPECT_THAT(status.at("lastError").get<std::string>(), HasSubstr("RECEPTIONIST_PASSWORD"));
    EXPECT_TRUE(status.at("cooldownUntil").is_string());

    const auto too_early = bridge.ask("POST", "/token/refresh?force=false");
    EXPECT_EQ(too_early.status, 429);
    EXPECT_EQ(error_of(too_early).at("code"), "cooldown");
    EXPECT_FALSE(header_value(too_early.headers, "Retry-After").empty());
    EXPECT_EQ(town.site.logins(), 1);
    EXPECT_EQ(bridge.ask("POST", "/token/refresh?force=true").status, 502);
    EXPECT_EQ(town.site.logins(), 2);
}

TEST(TokenRoutes, ARefreshAgainstAnUnreachablePlatformIs503) {
    Town town;
    Asked bridge{town};
    town.site.fail_next(9, {503, {}, ""});
    const auto response = bridge.ask("POST", "/token/refresh");
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(error_of(response).at("code"), "out_of_reach");
    EXPECT_EQ(bridge.status().at("cause"), "outage");
}

TEST(TokenRoutes, AFailedRefreshLeavesAGoodTokenInUse) {
    Town town;
    Asked bridge{town};
    bridge.process.sync();
    town.site.fail_next(4, {503, {}, ""});
    EXPECT_EQ(bridge.ask("POST", "/token/refresh").status, 503);
    EXPECT_EQ(bridge.process.sync().ending, Ending::done);
    EXPECT_EQ(bridge.status().at("cause"), "outage") << "until a login succeeds";
    EXPECT_EQ(town.site.logins(), 1);
}

TEST(TokenRoutes, AMalformedRequestIsRefused) {
    Town town;
    Asked bridge{town};
    for (const auto* url : {"/token/refresh?force=maybe", "/token/refresh?froce=true"}) {
        EXPECT_EQ(bridge.ask("POST", url).status, 400) << url;
    }
    EXPECT_EQ(bridge.ask("GET", "/token/status?x=1").status, 400);
    EXPECT_EQ(bridge.ask("GET", "/token/refresh").status, 405);
    EXPECT_EQ(bridge.ask("POST", "/token/status").status, 405);
    EXPECT_EQ(town.site.requests(), 0);
}

TEST(TokenRoutes, ARefreshDoesNotRunDuringASync) {
    Town town;
    Asked bridge{town};
    Asked other{town};
    town.network.set_faults([](const HttpRequest& request) {
        return request.url.starts_with(site_origin) ? sim::Fault::hang() : sim::Fault::none();
    });
    std::optional<HttpResponse> run;
    asio::co_spawn(town.world.executor(),
                   other.admin.answer(
                       {{.method = "POST", .url = "/sync-now", .headers = {{"Host", "localhost"}}},
                        "127.0.0.1"}),
                   [&](std::exception_ptr, HttpResponse response) { run = std::move(response); });
    town.world.run(town.world.sleep(1s));
    for (auto* asked : {&bridge, &other}) {
        const auto response = asked->ask("POST", "/token/refresh");
        EXPECT_EQ(response.status, 409);
        EXPECT_EQ(error_of(response).at("code"), "sync_in_progress");
    }
    town.network.set_faults(nullptr);
    while (!run) town.world.run(town.world.sleep(1s));
    EXPECT_EQ(run->status, 200) << run->body;
    EXPECT_EQ(town.site.logins(), 1);
}

TEST(TokenRoutes, ATokenRenewedByAnotherProcessIsUsed) {
    Town town;
    Asked bridge{town};
    bridge.process.sync();
    town.world.run(town.world.sleep(24h));
    town.site.revoke_tokens();
    Asked other{town};
    EXPECT_EQ(other.ask("POST", "/token/refresh").status, 200);
    EXPECT_EQ(bridge.status(), other.status());
    EXPECT_EQ(bridge.process.sync().ending, Ending::done);
    EXPECT_EQ(town.site.logins(), 2);
}

TEST(TokenRoutes, NotReadyIfNoTokenCanBeObtained) {
    Town town;
    Process{town, wrong_password}.sync();
    auto options = wrong_password;
    options.interval = 0ms;
    Asked restarted{town, options};
    const auto response = restarted.ask("GET", "/ready");
    EXPECT_EQ(response.status, 503);
    EXPECT_THAT(response.body, HasSubstr("no valid token"));
    town.world.run(town.world.sleep(1h));
    EXPECT_EQ(restarted.ask("GET", "/ready").status, 200) << "a login may be tried again";
}

TEST(TokenRoutes, ALoginAtTheStartGetsATokenBeforeTheFirstRun) {
    Town town;
    Asked bridge{town};
    town.world.run(bridge.process.service().log_in(10s));
    EXPECT_EQ(bridge.status().at("refreshDue"), false);
    town.world.run(bridge.process.service().log_in(10s));
    EXPECT_EQ(town.site.logins(), 1);
}

}  // namespace
}  // namespace ringbridge::tests
