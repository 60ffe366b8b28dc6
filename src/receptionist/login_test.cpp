// Logins of sites of different making, each answered strictly: a request that a browser would not
// have sent is refused.
#include "core/url.hpp"
#include "receptionist/faults_for_tests.hpp"
#include "receptionist/html.hpp"
#include "receptionist/login_refusal.hpp"
#include "receptionist/session.hpp"
#include "receptionist/test_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

std::string profile_with(const std::string& auth) {
    return R"(
version: 1
name: small
label: Small
property_prefix: small
base_url: https://calls.test
auth:
)" + auth +
           R"(
streams:
  calls:
    requester: { method: GET, path: /api/calls }
    record_selector: $[*]
    paginator: { type: none }
call_mapping: { id: $.id, called_at: $.at }
)";
}

HttpResponse redirect(const std::string& to, Headers headers = {}) {
    headers.push_back({"Location", to});
    return {.status = 302, .headers = std::move(headers), .body = {}};
}

HttpResponse page(const std::string& body, Headers headers = {}) {
    headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    return {.status = 200, .headers = std::move(headers), .body = "<!doctype html><html>" + body};
}

HttpResponse says(int status, const std::string& body, Headers headers = {}) {
    return {.status = status, .headers = std::move(headers), .body = body};
}

std::string header(const HttpRequest& request, const std::string& name) {
    return std::string{header_value(request.headers, name)};
}

template <class Site>
struct World {
    explicit World(Credentials given = {"me@x.test", Secret{"p&w"}, {}}, test::Memory kept = {})
        : memory{std::move(kept)},
          session{profile, "", std::move(given), http, clock, log, memory} {}

    std::expected<HttpResponse, PlatformError> ask() {
        return test::run(session.send(profile.calls.requester, {}));
    }

    Site site;
    Profile profile = *parse_profile(profile_with(Site::auth));
    test::JumpingClock clock;
    test::KeptLog log;
    test::FunctionHttp http{[this](const HttpRequest& request) { return site.answer(request); }};
    test::Memory memory;
    Session session;
};

// Server-rendered: a hidden token in the form, a redirect after it, a session cookie that each
// answer renews, and a CSRF header from a cookie.
struct FormSite {
    static constexpr const char* auth = R"(
  steps:
    - id: page
      request: { method: GET, path: /login }
      capture: { form_token: { from: input, name: _token } }
    - id: login
      request:
        method: POST
        path: /login
        form: { _token: "${steps.page.form_token}", email: "${credentials.email}",
                password: "${credentials.password}" }
      follow_redirects: true
      capture: { csrf: { from: meta, name: csrf-token } }
  session:
    login_cookies: true
    headers: { X-CSRF-TOKEN: "${auth.csrf}", X-XSRF-TOKEN: "${cookies.XSRF-TOKEN}" }
  token_expiration: { strategy: none })";

    Headers cookies() {
        ++turn;
        return {{"Set-Cookie", "sid=s" + std::to_string(turn) + "; Path=/; HttpOnly"},
                {"Set-Cookie", "XSRF-TOKEN=x%3D" + std::to_string(turn) + "; Path=/"}};
    }
    HttpResponse answer(const HttpRequest& request) {
        const auto path = parse_target(request.url).path;
        const auto sent = header(request, "Cookie");
        const auto now = std::to_string(turn);
        const bool in_session = sent.contains("sid=s" + now) && turn > 0;
        if (path == "/login" && request.method == "GET") {
            return page(R"(<form><input type=hidden name="_token" value="t&amp;1">)"
                        R"(<input type="password" name="password"></form>)",
                        cookies());
        }
        if (path == "/login") {
            if (request.body != "_token=t%261&email=me%40x.test&password=p%26w" || !in_session) {
                return redirect("/login?error=1");
            }
            ++logins;
            return redirect("https://calls.test/home", cookies());
        }
        if (path == "/home" && request.method == "GET" && in_session) {
            return page(R"(<head><META NAME="csrf-token" content='c-1'></head>)", cookies());
        }
        const bool allowed = in_session && !ended && header(request, "X-CSRF-TOKEN") == "c-1" &&
                             header(request, "X-XSRF-TOKEN") == "x=" + now;
        ended = false;
        if (!allowed) return redirect("/login");
        return says(200, "[]", cookies());
    }

    int turn = 0, logins = 0;
    bool ended = false;
};

TEST(FormLogin, KeepsTheCookiesThatEachAnswerRenews) {
    World<FormSite> world;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.site.logins, 1);
    World<FormSite> restarted{{"me@x.test", Secret{"p&w"}, {}}, world.memory};
    restarted.site = world.site;
    EXPECT_TRUE(restarted.ask());
    EXPECT_EQ(restarted.site.logins, 1) << "the cookies outlive the process";
    restarted.site.ended = true;
    EXPECT_TRUE(restarted.ask());
    EXPECT_EQ(restarted.site.logins, 2);
    EXPECT_THAT(world.log.text, Not(HasSubstr("c-1")));
}

TEST(FormLogin, TheLoginPageAgainMeansAWrongPassword) {
    World<FormSite> world{{"me@x.test", Secret{"wrong"}, {}}};
    const auto answer = world.ask();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().cause, Cause::wrong_password);
    EXPECT_FALSE(world.ask());
    EXPECT_EQ(std::ranges::count(world.http.sent, "POST", &HttpRequest::method), 1);
}

TEST(FormLogin, ABrowsersCookiesCanBePasted) {
    World<FormSite> world{{"", {}, Secret{"sid=s7; XSRF-TOKEN=x%3D7"}}};
    world.site.turn = 7;
    world.profile.auth.session.headers.erase(world.profile.auth.session.headers.begin());
    const auto answer = world.ask();
    ASSERT_FALSE(answer);
    EXPECT_EQ(header(world.http.sent.front(), "Cookie"), "sid=s7; XSRF-TOKEN=x%3D7");
    EXPECT_EQ(header(world.http.sent.front(), "X-XSRF-TOKEN"), "x=7");
}

// An identity provider at another host: bearer for an hour, refresh tokens that work once.
struct ProviderSite {
    static constexpr const char* auth = R"(
  steps:
    - id: login
      request:
        method: POST
        path: https://id.test/oauth/token
        form: { grant_type: password, client_id: web, username: "${credentials.email}",
                password: "${credentials.password}" }
      capture: &tokens
        token: { from: body, path: $.access_token }
        refresh_token: { from: body, path: $.refresh_token }
        expires_in: { from: body, path: $.expires_in }
  refresh:
    request:
      method: POST
      path: https://id.test/oauth/token
      form: { grant_type: refresh_token, client_id: web, refresh_token: "${auth.refresh_token}" }
    capture: *tokens
  session: { header: { name: Authorization, value: "Bearer ${auth.token}" } }
  token_expiration: { strategy: expires_in })";

    HttpResponse answer(const HttpRequest& request) {
        const auto now = std::to_string(turn);
        if (request.url == "https://id.test/oauth/token") {
            if (instead) return *instead;
            const auto form = parse_target("/?" + request.body);
            const bool refresh = form.parameter("grant_type") == "refresh_token";
            const bool known = refresh ? form.parameter("refresh_token") == "r" + now
                                       : form.parameter("password") == "p&w";
            if (!known || form.parameter("client_id") != "web") {
                return says(400, R"({"error":"invalid_grant"})");
            }
            ++(refresh ? refreshes : logins);
            const auto next = std::to_string(++turn);
            return says(200, R"({"access_token":"a)" + next + R"(","refresh_token":"r)" + next +
                                 R"(","expires_in":3600})");
        }
        const bool in = header(request, "Authorization") == "Bearer a" + now && turn > 0;
        return in ? says(200, "[]") : says(401, "{}");
    }
    int turn = 0, logins = 0, refreshes = 0;
    std::optional<HttpResponse> instead;
};

TEST(ProviderLogin, RefreshesBeforeTheEndWithoutThePassword) {
    World<ProviderSite> world;
    ASSERT_TRUE(world.ask());
    EXPECT_EQ(world.session.state().expires_at, world.clock.now() + 1h);
    for (int i = 0; i < 5; ++i) {
        world.clock.advance(41min);
        ASSERT_TRUE(world.ask());
    }
    EXPECT_EQ(world.site.logins, 1);
    EXPECT_EQ(world.site.refreshes, 5);
    World<ProviderSite> restarted{{"me@x.test", Secret{"p&w"}, {}}, world.memory};
    restarted.site = world.site;
    restarted.clock.advance(5h);
    EXPECT_TRUE(restarted.ask());
    EXPECT_EQ(restarted.site.refreshes, 6) << "the refresh token outlives the process";
}

TEST(ProviderLogin, LogsInWhereTheRefreshTokenIsSpent) {
    World<ProviderSite> world;
    ASSERT_TRUE(world.ask());
    ++world.site.turn;  // somebody else has used it
    EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.site.logins, 2);
    EXPECT_EQ(world.site.refreshes, 0);
}

TEST(ProviderLogin, InvalidGrantMeansAWrongPassword) {
    World<ProviderSite> world{{"me@x.test", Secret{"no"}, {}}};
    EXPECT_EQ(world.ask().error().cause, Cause::wrong_password);
    EXPECT_EQ(world.ask().error().cause, Cause::wrong_password);
    EXPECT_EQ(world.http.sent.size(), 1U);
}

TEST(ProviderLogin, AnAnswerWithoutAnyTokenIsARefusalAndWithAnotherAChange) {
    World<ProviderSite> world{{"me@x.test", Secret{"no"}, {}}};
    world.site.instead = says(200, R"({"ok":1,"meldung":"Das stimmt leider nicht."})");
    EXPECT_EQ(world.ask().error().cause, Cause::wrong_password);
    World<ProviderSite> moved;
    moved.site.instead = says(200, R"({"data":{"sessionToken":"0123456789abcdef0123"}})");
    EXPECT_EQ(moved.ask().error().cause, Cause::endpoint_moved);
}

// A CSRF cookie comes before the login and goes back with it; the account's id is in the address.
struct CookieEchoSite {
    static constexpr const char* auth = R"(
  steps:
    - id: cookie
      request: { method: GET, path: /csrf-cookie }
    - id: login
      request:
        method: POST
        path: /login
        headers: { X-XSRF-TOKEN: "${cookies.XSRF-TOKEN}" }
        body: { email: "${credentials.email}", password: "${credentials.password}" }
      capture: { team: { from: body, path: $.team } }
  session: { login_cookies: true }
  token_expiration: { strategy: none })";

    static HttpResponse answer(const HttpRequest& request) {
        const auto path = parse_target(request.url).path;
        if (path == "/csrf-cookie") {
            return says(204, "", {{"Set-Cookie", "XSRF-TOKEN=a%3D1; Path=/"}});
        }
        if (path == "/login") {
            const bool fits = header(request, "X-XSRF-TOKEN") == "a=1" &&
                              header(request, "Cookie") == "XSRF-TOKEN=a%3D1";
            return fits ? says(200, R"({"team":"t/7"})", {{"Set-Cookie", "sid=s; Path=/"}})
                        : says(419, "{}");
        }
        const bool fits = request.url == "https://calls.test/teams/t%2F7/calls?t=t%2F7" &&
                          header(request, "Cookie").contains("sid=s");
        return fits ? says(200, "[]") : says(404, "{}");
    }
};

TEST(CookieEchoLogin, SendsCookiesBackAndCapturedValuesInTheList) {
    World<CookieEchoSite> world;
    RequestTemplate list{
        .method = "GET", .path = "/teams/${auth.team}/calls", .query = {{"t", "${auth.team}"}}};
    const auto answer = test::run(world.session.send(list, {}));
    EXPECT_TRUE(answer) << answer.error().why;
    auto text = profile_with(CookieEchoSite::auth);
    text.replace(text.find("/api/calls"), 10, "\"/${auth.team}\"");
    EXPECT_TRUE(parse_profile(text));
    text.replace(text.find("${auth.team}"), 12, "${auth.tram}");
    EXPECT_FALSE(parse_profile(text));
}

TEST(LoginRefusal, IsReadHoweverTheSiteSaysIt) {
    for (const auto& answer :
         {says(401, ""), says(400, R"({"error":{"message":"INVALID_LOGIN_CREDENTIALS"}})"),
          says(422, R"({"errors":{"password":["is wrong"]}})"),
          says(403, R"({"message":"Incorrect e-mail or code"})"),
          says(200, R"({"success":false,"message":"Invalid email or password"})"),
          says(200, R"({"errors":[{"message":"Authentication failed"}],"data":null})"),
          says(200, R"({"status":"error","msg":"Passwort falsch"})"),
          page(R"(<form><input name=p type="PASSWORD"></form>)")}) {
        EXPECT_TRUE(refuses_login(answer)) << answer.status << " " << answer.body;
    }
    for (const auto& answer :
         {says(200, R"({"token":"t","user":{"passwordChangedAt":1}})"),
          says(200, R"({"error":null,"success":true,"passwordExpires":7})"),
          says(429, R"({"error":"too many password attempts"})"), says(500, "password"),
          says(400, R"({"error":"missing csrf token"})"), page("<div id=root></div>")}) {
        EXPECT_FALSE(refuses_login(answer)) << answer.status << " " << answer.body;
    }
}

TEST(Html, ShowsItsHiddenValues) {
    const std::string html = R"(<html><head><meta content="m1" name='csrf-token'>
        <meta property="og:token" content="m2"></head><body><form><p><input name=a value=1>
        <INPUT NAME="b" VALUE="&lt;2&#62;"></form><script>var x = '<input name="c" value="3">';
        </script>)";
    EXPECT_EQ(meta_content(html, "csrf-token"), "m1");
    EXPECT_EQ(meta_content(html, "og:token"), "m2");
    EXPECT_EQ(input_value(html, "a"), "1");
    EXPECT_EQ(input_value(html, "b"), "<2>");
    EXPECT_EQ(input_value(html, "c"), "") << "a script is not the page";
    EXPECT_EQ(input_value("", "a"), "");
    EXPECT_THAT(hidden_values(html), testing::ElementsAre(Field(&HiddenValue::value, "m1"),
                                                          Field(&HiddenValue::name, "og:token"),
                                                          Field(&HiddenValue::name, "a"),
                                                          Field(&HiddenValue::value, "<2>")));
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<div>";
    EXPECT_FALSE(asks_for_password(deep));
}

std::vector<ParseError> faults_of(const std::string& auth) {
    return test::faults_in(profile_with(auth));
}

TEST(LoginProfile, ThatCannotWorkIsRefused) {
    const std::string end = "\n  token_expiration: { strategy: none }";
    EXPECT_THAT(faults_of("  session: {}" + end), test::fault("auth.session", "login_cookies"));
    EXPECT_THAT(faults_of("  session: { headers: { X: \"${auth.csrf}\" } }" + end),
                test::fault("auth.session.headers.X", "auth.csrf"));
    EXPECT_THAT(faults_of("  session: { login_cookies: true }\n"
                          "  token_expiration: { strategy: expires_in }"),
                test::fault("auth.token_expiration", "captured value"));
    EXPECT_THAT(faults_of("  steps:\n    - id: a\n      request: { method: GET, path: /a }\n"
                          "  session: { header: { name: A, value: \"${auth.token}\" } }" +
                          end),
                test::fault("auth.steps", "token"));
    EXPECT_THAT(faults_of("  steps:\n    - id: a\n      request: { method: GET, path: a }\n"
                          "  session: { login_cookies: true }" +
                          end),
                test::fault("auth.steps[0].request.path", "another host"));
}

}  // namespace
}  // namespace ringbridge::receptionist
