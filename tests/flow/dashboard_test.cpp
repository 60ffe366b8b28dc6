// The backend of the dashboard: the page, the sign-in, the overview, change events.
#include "admin/admin.hpp"
#include "admin/assets.hpp"
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* token = "let-me-in-please";
constexpr const char* far = "203.0.113.7";

std::string header(const HttpResponse& response, const char* name) {
    return std::string{header_value(response.headers, name)};
}

class DashboardTest : public testing::Test {
  protected:
    DashboardTest() { town_.workload.add_callers(3, 1, town_.portal, town_.world.now() - 24h); }

    HttpResponse ask(const std::string& method, const std::string& url, Headers headers = {},
                     std::string body = {}) {
        return ask_from(far, method, url, std::move(headers), std::move(body));
    }
    HttpResponse ask_from(std::string peer, const std::string& method, const std::string& url,
                          Headers headers = {}, std::string body = {}) {
        return town_.world.run(admin_.answer(
            {{.method = method, .url = url, .headers = std::move(headers), .body = std::move(body)},
             std::move(peer)}));
    }
    json get(const std::string& url) {
        const auto response = ask("GET", url, {{"Cookie", cookie_}});
        EXPECT_EQ(response.status, 200) << response.body;
        return json::parse(response.body);
    }
    HttpResponse sign_in(const std::string& with, Headers more = {}, std::string peer = far) {
        more.push_back({"Content-Type", "application/json"});
        return ask_from(std::move(peer), "POST", "/session", std::move(more),
                        json{{"token", with}}.dump());
    }
    HttpResponse bear(const std::string& with, std::string peer) {
        return ask_from(std::move(peer), "GET", "/calls", {{"Authorization", "Bearer " + with}});
    }
    // As a browser sends it back.
    std::string cookie_of(const HttpResponse& response) {
        const auto set = header(response, "Set-Cookie");
        return set.substr(0, set.find(';'));
    }
    int status_with(const std::string& cookie) {
        return ask("GET", "/calls", {{"Cookie", cookie}}).status;
    }
    void run() { EXPECT_EQ(ask("POST", "/sync-now", {{"Cookie", cookie_}}).status, 200); }

    Town town_;
    Process process_{town_};
    sim::FakeVault vault_{"key"};
    admin::Admin make_admin(const char* admin_token) {
        return {{.access = {Secret{admin_token}}, .lock_wait = 10s, .vault = &vault_},
                {{"main", "US", process_.service()}},
                town_.world,
                town_.log};
    }
    admin::Admin admin_ = make_admin(token);
    std::string cookie_ = cookie_of(sign_in(token));
};

TEST_F(DashboardTest, ThePageCallsNoOtherHostAndCannotBeFramed) {
    const auto page = ask("GET", "/");
    EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(header(page, "Content-Encoding"), "gzip");
    EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(header(page, "Content-Security-Policy"),
                AllOf(HasSubstr("default-src 'none'"), HasSubstr("frame-ancestors 'none'"),
                      Not(HasSubstr("unsafe")), Not(HasSubstr("http"))));
}

TEST_F(DashboardTest, AllAssetsOfThePageAreServedAndSmall) {
    std::size_t bytes = 0;
    for (const auto& asset : admin::assets()) {
        const bool is_page = asset.name == "index.html";
        const auto file = ask("GET", is_page ? "/" : "/assets/" + std::string{asset.name});
        EXPECT_EQ(file.status, 200) << asset.name;
        EXPECT_EQ(header(file, "Cache-Control"),
                  is_page ? "no-store" : "public, max-age=31536000, immutable");
        bytes += file.body.size();
    }
    EXPECT_THAT(bytes, testing::Lt(150'000U));
}

TEST_F(DashboardTest, ASessionReplacesTheTokenUntilItEnds) {
    EXPECT_EQ(status_with(cookie_), 200);
    EXPECT_EQ(status_with("theme=dark; " + cookie_ + "; lang=en"), 200);
    EXPECT_EQ(status_with(""), 401);
    town_.world.run_until(town_.world.now() + 24h * 29);
    EXPECT_EQ(status_with(cookie_), 200);
    town_.world.run_until(town_.world.now() + 24h);
    EXPECT_EQ(status_with(cookie_), 401);
}

TEST_F(DashboardTest, NobodyGetsASessionWithoutTheToken) {
    const auto until = std::to_string(to_unix_ms(town_.world.now() + 24h * 999));
    const auto signature = cookie_.substr(cookie_.find('.'));
    for (const auto& cookie :
         {"ringbridge_session=" + until + signature, "ringbridge_session=" + until,
          "ringbridge_session=" + until + '.', std::string{"ringbridge_session=."},
          "ringbridge_session=" + std::string{token}, cookie_ + "0",
          cookie_.substr(0, cookie_.size() - 1)}) {
        EXPECT_EQ(status_with(cookie), 401) << cookie;
    }
    for (const auto* wrong : {"", "let-me-in-pleas", "let-me-in-please "}) {
        const auto refusal = sign_in(wrong);
        EXPECT_EQ(refusal.status, 401) << wrong;
        EXPECT_THAT(header(refusal, "Set-Cookie"), IsEmpty());
        EXPECT_THAT(refusal.body, Not(HasSubstr(token)));
    }
}

TEST_F(DashboardTest, ASessionEndsWithTheTokenItWasGotWith) {
    auto other = make_admin("another-token");
    const auto response = town_.world.run(
        other.answer({{.method = "GET", .url = "/calls", .headers = {{"Cookie", cookie_}}}, far}));
    EXPECT_EQ(response.status, 401);
}

TEST_F(DashboardTest, NoScriptReadsTheCookieAndNoOtherSiteCanUseIt) {
    const auto set = header(sign_in(token), "Set-Cookie");
    EXPECT_THAT(set, AllOf(HasSubstr("HttpOnly"), HasSubstr("SameSite=Strict"), HasSubstr("Path=/"),
                           Not(HasSubstr("Secure")), Not(HasSubstr(token))));
    EXPECT_THAT(header(sign_in(token, {{"X-Forwarded-Proto", "https"}}), "Set-Cookie"),
                HasSubstr("Secure"));
    for (const auto* url : {"/session", "/sync-now"}) {
        const auto refusal =
            ask("POST", url, {{"Cookie", cookie_}, {"Sec-Fetch-Site", "same-site"}});
        EXPECT_EQ(refusal.status, 403) << url;
    }
}

TEST_F(DashboardTest, SigningOutRemovesTheCookie) {
    EXPECT_TRUE(get("/session").at("signedIn"));
    const auto out = ask("DELETE", "/session", {{"Cookie", cookie_}});
    EXPECT_EQ(cookie_of(out), "ringbridge_session=");
    EXPECT_THAT(header(out, "Set-Cookie"), HasSubstr("Max-Age=0"));
    EXPECT_FALSE(json::parse(ask("GET", "/session").body).at("signedIn"));
}

TEST_F(DashboardTest, AnEndedSessionIsOverForCopiesOfItsCookieToo) {
    const auto other = cookie_of(sign_in(token));
    EXPECT_NE(other, cookie_) << "begun in the same moment";
    ask("DELETE", "/session", {{"Cookie", cookie_}});
    EXPECT_EQ(status_with(cookie_), 401);
    EXPECT_FALSE(json::parse(ask("GET", "/session", {{"Cookie", cookie_}}).body).at("signedIn"));
    EXPECT_EQ(status_with(other), 200) << "another browser's stays valid";
    auto restarted = make_admin(token);
    const auto after_restart = [&](const std::string& cookie) {
        return town_.world
            .run(restarted.answer(
                {{.method = "GET", .url = "/calls", .headers = {{"Cookie", cookie}}}, far}))
            .status;
    };
    EXPECT_EQ(after_restart(cookie_), 401);
    EXPECT_EQ(after_restart(other), 200);
}

TEST_F(DashboardTest, EndedSessionsAreRememberedUntilTheyWouldHaveExpired) {
    const auto kept = [&] {
        return town_.world.run(process_.ledger().recall("ended_sessions")).value_or("");
    };
    ask("DELETE", "/session", {{"Cookie", cookie_}});
    const auto first = kept();
    EXPECT_THAT(first, Not(IsEmpty()));
    EXPECT_THAT(first, Not(HasSubstr(cookie_.substr(cookie_.find('.'))))) << "no cookie is kept";
    town_.world.run_until(town_.world.now() + 24h * 31);
    ask("DELETE", "/session", {{"Cookie", cookie_of(sign_in(token))}});
    EXPECT_THAT(kept(), Not(HasSubstr(first)));
    EXPECT_EQ(kept().size(), first.size());
}

TEST_F(DashboardTest, AGuessingAddressIsLockedOutForAWhile) {
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(sign_in("guessed", {}, "198.51.100.1").status, 401);
        EXPECT_EQ(bear("guessed", "198.51.100.1").status, 401);
    }
    for (const auto* given : {"guessed", token}) {
        const auto refusal = sign_in(given, {}, "198.51.100.1");
        EXPECT_EQ(refusal.status, 429);
        EXPECT_EQ(json::parse(refusal.body).at("error").at("code"), "too_many_guesses");
        EXPECT_EQ(header(refusal, "Retry-After"), "60");
        EXPECT_EQ(bear(given, "198.51.100.1").status, 429);
    }
    EXPECT_EQ(ask_from("198.51.100.1", "GET", "/calls", {{"Cookie", cookie_}}).status, 200)
        << "a session is not a guess";
    EXPECT_EQ(ask_from("198.51.100.1", "GET", "/calls").status, 401)
        << "neither is a missing token";
    EXPECT_EQ(sign_in(token, {}, "198.51.100.2").status, 200);
    EXPECT_EQ(bear(token, "198.51.100.2").status, 200);
    town_.world.run(town_.world.sleep(1min));
    EXPECT_EQ(sign_in(token, {}, "198.51.100.1").status, 200);
}

TEST_F(DashboardTest, ManyAddressesThatGuessTogetherGetOneTryEachAsDoHonestOnes) {
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(bear("guessed", "2001:db8:0:" + std::to_string(i) + "::1").status, 401);
    }
    EXPECT_EQ(bear("guessed", "2001:db8:0:0::2").status, 429) << "the same network as ::1";
    EXPECT_EQ(bear("guessed", "198.51.100.1").status, 401);
    EXPECT_EQ(bear("guessed", "198.51.100.1").status, 429);
    EXPECT_EQ(bear(token, far).status, 200);
    EXPECT_EQ(sign_in(token).status, 200);
}

TEST_F(DashboardTest, GuessesAreLoggedWithoutWhatWasGuessedAndCounted) {
    for (int i = 0; i < 12; ++i) bear("guessed-by-somebody", "198.51.100.77");
    const auto metrics = ask("GET", "/metrics", {{"Cookie", cookie_}}).body;
    EXPECT_THAT(metrics, HasSubstr("ringbridge_wrong_tokens_total{answer=\"401\"} 10"));
    EXPECT_THAT(metrics, HasSubstr("ringbridge_wrong_tokens_total{answer=\"429\"} 2"));
    std::size_t logged = 0;
    for (const auto& line : town_.log.lines) {
        if (line.event != "wrong_token_given") continue;
        const Fields wanted{{"peer", "198.51.100.*"}, {"in_a_minute", std::to_string(++logged)}};
        EXPECT_EQ(line.fields, wanted);
    }
    EXPECT_EQ(logged, 10U);
}

TEST_F(DashboardTest, NoAnswerWithDataStaysInACache) {
    for (const auto& route : admin::Admin::routes()) {
        if (route.path == "/assets/*") continue;
        for (const auto& cookie : {cookie_, std::string{}}) {
            auto path = route.path;
            if (const auto star = path.find('*'); star != std::string::npos) path[star] = 'x';
            const auto answer = ask(route.method, path, {{"Cookie", cookie}});
            EXPECT_EQ(header(answer, "Cache-Control"), "no-store") << route.method << ' ' << path;
        }
    }
}

TEST_F(DashboardTest, TheOverviewShowsTheDay) {
    EXPECT_TRUE(get("/overview").at("newest").is_null());
    town_.publish_calls(4, 2h);
    town_.publish_calls(3, 24h * 3);
    town_.site.publish(R"({"id":"c_withheld","callTimestamp":"2026-11-23T08:59:00Z",
                           "customerPhone":"anonymous"})");
    EXPECT_EQ(ask("POST", "/sync-now?since=7d", {{"Cookie", cookie_}}).status, 200);
    const auto overview = get("/overview?since=3h");
    EXPECT_EQ(overview.at("calls").at("synced"), 7);
    EXPECT_EQ(overview.at("calls").at("parked"), 1);
    EXPECT_EQ(overview.at("recent").at("synced"), 4);
    EXPECT_EQ(overview.at("newest").at("callId"), "c_withheld");
    EXPECT_EQ(overview.at("status"), "ok");
    EXPECT_EQ(overview.at("hubspot").at("dailyLimit"), 250'000);
}

TEST_F(DashboardTest, HistoryIsCountedInBucketsFromItsStart) {
    for (const auto* time : {"2026-11-21T09:00:00Z", "2026-11-21T20:00:00Z", "2026-11-22T08:59:59Z",
                             "2026-11-22T09:00:00Z"}) {
        town_.site.publish(
            json{{"id", time}, {"callTimestamp", time}, {"customerPhone", "anonymous"}}.dump());
    }
    EXPECT_EQ(ask("POST", "/sync-now?since=7d", {{"Cookie", cookie_}}).status, 200);
    const auto history = get("/history?since=2026-11-20T09:00:00Z&step=1d");
    EXPECT_EQ(history.at("stepMs"), 86'400'000);
    ASSERT_THAT(history.at("stretches"), SizeIs(2));
    EXPECT_EQ(history.at("stretches")[0].at("at"), "2026-11-21T09:00:00.000Z");
    EXPECT_EQ(history.at("stretches")[0].at("calls").at("parked"), 3);
    EXPECT_EQ(history.at("stretches")[1].at("calls").at("parked"), 1);
    EXPECT_EQ(history.at("stretches")[1].at("calls").at("synced"), 0);
}

// The id of the event after the one with this id, and how long it took to arrive.
TEST_F(DashboardTest, AnEventComesAtOnceAfterAChangeAndOtherwiseAfterAWhile) {
    const auto next = [&](const std::string& id) {
        const auto asked_at = town_.world.now();
        const auto response = ask("GET", "/events", {{"Cookie", cookie_}, {"Last-Event-ID", id}});
        EXPECT_EQ(header(response, "Content-Type"), "text/event-stream");
        const auto begin = response.body.find("id: ") + 4;
        return std::pair{response.body.substr(begin, response.body.find('\n', begin) - begin),
                         town_.world.now() - asked_at};
    };
    const auto [first, no_wait] = next("");
    EXPECT_LT(no_wait, 1s);
    const auto [same, waited] = next(first);
    EXPECT_EQ(same, first);
    EXPECT_GE(waited, 20s);
    town_.publish_calls(1, 1h);
    run();
    const auto [changed, at_once] = next(first);
    EXPECT_NE(changed, first);
    EXPECT_LT(at_once, 1s);
}

TEST_F(DashboardTest, AWaitForAnEventDoesNotDelayShutdown) {
    const auto events = ask("GET", "/events", {{"Cookie", cookie_}}).body;
    const auto begin = events.find("id: ") + 4;
    const auto id = events.substr(begin, events.find('\n', begin) - begin);
    process_.service().stop();
    const auto asked_at = town_.world.now();
    ask("GET", "/events", {{"Cookie", cookie_}, {"Last-Event-ID", id}});
    EXPECT_LT(town_.world.now() - asked_at, 1s);
}

}  // namespace
}  // namespace ringbridge::tests
