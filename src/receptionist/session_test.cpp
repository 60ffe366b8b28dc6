// Login, timely renewal, and no repeated login attempts.
#include "receptionist/session.hpp"

#include "core/url.hpp"
#include "receptionist/cookies.hpp"
#include "receptionist/session_codec.hpp"
#include "receptionist/test_world.hpp"

#include <asio/experimental/awaitable_operators.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// {"iat":1775995200,"exp":1781179200}: 2026-04-12T12:00:00Z and 60 days.
constexpr auto sixty_days = "h.eyJpYXQiOjE3NzU5OTUyMDAsImV4cCI6MTc4MTE3OTIwMH0.s";

Profile small_profile() {
    auto profile = parse_profile(R"(
version: 1
name: other
label: Other
property_prefix: other
base_url: https://calls.example
request_defaults: { headers: { X-Always: here } }
auth:
  steps:
    - id: page
      request: { method: GET, path: /start }
      capture:
        ticket: { from: header, name: X-Ticket }
        seed: { from: cookie, name: seed }
    - id: login
      request:
        method: POST
        path: "/login/${steps.page.seed}"
        headers: { X-Ticket: "${steps.page.ticket}" }
        body: { user: { mail: "${credentials.email}", pass: "${credentials.password}" } }
      capture: { token: { from: body, path: $.session.token } }
  session: { header: { name: Authorization, value: "Bearer ${auth.token}" } }
  token_expiration: { strategy: jwt_exp }
streams:
  calls:
    requester: { method: GET, path: /calls }
    record_selector: $[*]
    paginator: { type: none }
call_mapping: { id: $.id, called_at: $.at }
error_rules:
  - { http_codes: [418], action: refresh_token }
  - { body_contains: [Robot], action: paste_token, why: A robot check. }
)");
    return std::move(*profile);
}

// A platform that matches the profile, and a session with it.
struct World {
    explicit World(Credentials given = {"me@x.test", Secret{"p\"w"}, {}}, test::Memory kept = {})
        : memory{std::move(kept)},
          session{profile, "", std::move(given), http, clock, log, memory} {}

    Answer answer(const HttpRequest& request) {
        const auto path = parse_target(request.url).path;
        if (path == "/start") {
            return HttpResponse{200, {{"x-ticket", "t 1"}, {"set-cookie", "seed=a/b; Path=/"}}, ""};
        }
        if (path.starts_with("/login/")) {
            ++logins;
            if (login_answer) return *login_answer;
            return HttpResponse{200, {}, R"({"session":{"token":")" + token + R"("}})"};
        }
        kept_when_asked = memory.kept.value_or("");
        if (!next.empty()) {
            auto first = std::move(next.front());
            next.erase(next.begin());
            return first;
        }
        return HttpResponse{200, {}, "[]"};
    }

    std::expected<HttpResponse, PlatformError> ask() {
        return test::run(session.send(profile.calls.requester, {}));
    }

    Task<bool> open_twice_at_once() {
        using namespace asio::experimental::awaitable_operators;
        auto both = co_await (session.open() && session.open());
        co_return std::get<0>(both).has_value() && std::get<1>(both).has_value();
    }

    Profile profile = small_profile();
    test::JumpingClock clock;
    test::KeptLog log;
    test::FunctionHttp http{[this](const HttpRequest& request) { return answer(request); }};
    std::string token = sixty_days;
    std::optional<Answer> login_answer;
    std::vector<Answer> next;  // to /calls
    int logins = 0;
    std::string kept_when_asked;  // for /calls
    test::Memory memory;
    Session session;
};

TEST(Session, LogsInWithValuesFromEarlierSteps) {
    World world;
    ASSERT_TRUE(world.ask());
    ASSERT_EQ(world.http.sent.size(), 3U);
    const auto& login = world.http.sent[1];
    EXPECT_EQ(login.url, "https://calls.example/login/a%2Fb");
    EXPECT_EQ(header_value(login.headers, "X-Ticket"), "t 1");
    EXPECT_EQ(header_value(login.headers, "Cookie"), "seed=a/b");
    EXPECT_EQ(header_value(login.headers, "Content-Type"), "application/json");
    EXPECT_EQ(login.body, R"({"user":{"mail":"me@x.test","pass":"p\"w"}})");
    EXPECT_EQ(header_value(world.http.sent[2].headers, "Authorization"),
              std::string{"Bearer "} + sixty_days);
    for (const auto& request : world.http.sent) {
        EXPECT_EQ(header_value(request.headers, "X-Always"), "here");
    }
    EXPECT_EQ(world.session.requests(), 3);
}

TEST(Session, KnowsWhenItsTokenExpires) {
    World world;
    ASSERT_TRUE(test::run(world.session.open()));
    EXPECT_EQ(world.session.state().issued_at, parse_utc("2026-04-12T12:00:00Z"));
    EXPECT_EQ(world.session.state().expires_at, parse_utc("2026-06-11T12:00:00Z"));
    EXPECT_EQ(refresh_due_at(world.profile, world.session.state()),
              parse_utc("2026-06-04T12:00:00Z"));
}

TEST(Session, AShortLivedTokenIsRenewedInItsLastThird) {
    const auto start = test::moment("2026-04-12T12:00:00Z");
    const TokenState day{.token = Secret{"t"},
                         .expires_at = start + 24h,
                         .issued_at = start,
                         .failed_at = {},
                         .last_error = {}};
    EXPECT_EQ(refresh_due_at(small_profile(), day), start + 16h);
    const TokenState three_weeks{.token = Secret{"t"},
                                 .expires_at = start + 21 * 24h,
                                 .issued_at = start,
                                 .failed_at = {},
                                 .last_error = {}};
    EXPECT_EQ(refresh_due_at(small_profile(), three_weeks), start + 14 * 24h);
}

TEST(Session, LogsInOnceAndAgainWhenSevenDaysRemain) {
    World world;
    ASSERT_TRUE(world.ask());
    world.clock.advance(52 * 24h);
    ASSERT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 1);
    world.clock.advance(24h + 1s);
    ASSERT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 2);
    EXPECT_THAT(world.session.state().last_error, HasSubstr("about to"));  // it returned the same
}

TEST(Session, AValidTokenSurvivesAFailedRefreshFollowedByAnHourWithoutLogin) {
    World world;
    ASSERT_TRUE(world.ask());
    world.login_answer = HttpResponse{401, {}, ""};
    world.clock.advance(54 * 24h);
    EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 2);
    world.clock.advance(59min);
    EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 2);
    world.clock.advance(2min);
    EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 3);
    EXPECT_THAT(world.session.state().last_error, HasSubstr("refused the e-mail and password"));
}

TEST(Session, ARefusedPasswordIsNotRetried) {
    World world;
    world.login_answer = HttpResponse{401, {}, R"({"error":"no"})"};
    const auto answer = world.ask();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().move(), NextMove::fix_credentials);
    EXPECT_EQ(world.ask().error().move(), NextMove::fix_credentials);
    EXPECT_THAT(world.ask().error().why, HasSubstr("No login is tried before 2026-04-12T13:00"));
    EXPECT_EQ(world.logins, 1);
    EXPECT_TRUE(world.clock.slept.empty());
}

const Credentials owner{"me@x.test", Secret{"p"}, {}};

TEST(Session, TheCooldownSurvivesARestart) {
    World first{owner};
    first.login_answer = HttpResponse{401, {}, ""};
    ASSERT_FALSE(first.ask());
    World second{owner, first.memory};
    EXPECT_EQ(second.ask().error().cause, Cause::wrong_password);
    const auto refused = test::run(second.session.refresh(false));
    EXPECT_EQ(refused.error().not_before, parse_utc("2026-04-12T13:00:00Z"));
    EXPECT_EQ(second.logins, 0);
    EXPECT_TRUE(test::run(second.session.refresh(true)));
    EXPECT_EQ(second.logins, 1);
    EXPECT_FALSE(second.session.state().failed_at);
}

TEST(Session, TheCooldownEndsWithANewPassword) {
    World first{owner};
    first.login_answer = HttpResponse{401, {}, ""};
    ASSERT_FALSE(first.ask());
    World second{{"me@x.test", Secret{"fixed"}, {}}, first.memory};
    EXPECT_FALSE(test::run(second.session.status()).last_error);
    EXPECT_TRUE(second.ask());
    EXPECT_EQ(second.logins, 1);
}

TEST(Session, ATokenSurvivesARestartEvenWithAWrongPassword) {
    World first{owner};
    ASSERT_TRUE(first.ask());
    for (const auto* password : {"p", "wrong"}) {
        World second{{"me@x.test", Secret{password}, {}}, first.memory};
        EXPECT_TRUE(second.ask());
        EXPECT_EQ(second.logins, 0);
    }
}

TEST(Session, AnotherAccountsTokenIsNotUsed) {
    World first{owner};
    ASSERT_TRUE(first.ask());
    World second{{"you@x.test", Secret{"p"}, {}}, first.memory};
    EXPECT_FALSE(test::run(second.session.status()).usable);
    EXPECT_TRUE(second.ask());
    EXPECT_EQ(second.logins, 1);
    test::Memory memory = first.memory;
    Session elsewhere{
        first.profile, "https://other.example", owner, first.http, first.clock, first.log, memory};
    EXPECT_FALSE(test::run(elsewhere.status()).usable);
}

TEST(Session, ATokenIsSavedBeforeItIsUsed) {
    World world{owner};
    ASSERT_TRUE(world.ask());
    EXPECT_THAT(world.kept_when_asked, HasSubstr(sixty_days));
    World pasted{{"", {}, Secret{"pasted"}}};
    ASSERT_TRUE(pasted.ask());
    EXPECT_THAT(pasted.kept_when_asked, HasSubstr("pasted"));
}

TEST(Session, AFailureInTheFutureCausesNoCooldown) {
    const auto now = test::moment("2026-04-12T12:00:00Z");
    EXPECT_EQ(cooldown_until({.failed_at = now}, now), now + 1h);
    EXPECT_EQ(cooldown_until({.failed_at = now}, now + 1h), std::nullopt);
    EXPECT_EQ(cooldown_until({.failed_at = now + 1s}, now), std::nullopt);
}

TEST(Session, ANewPastedTokenOverridesTheSavedOneAndTheCooldown) {
    World first{owner};
    ASSERT_TRUE(first.ask());
    first.login_answer = HttpResponse{401, {}, ""};
    ASSERT_FALSE(test::run(first.session.refresh(true)));
    World second{{"me@x.test", Secret{"p"}, Secret{"pasted"}}, first.memory};
    EXPECT_TRUE(second.ask());
    EXPECT_EQ(header_value(second.http.sent.back().headers, "Authorization"), "Bearer pasted");
    EXPECT_EQ(second.logins, 0);
    EXPECT_FALSE(test::run(second.session.status()).last_error);
}

TEST(Session, APastedTokenReplacedByALoginStaysReplaced) {
    const Credentials all{"me@x.test", Secret{"p"}, Secret{"pasted"}};
    World first{all};
    first.next = {HttpResponse{401, {}, ""}};
    ASSERT_TRUE(first.ask());
    EXPECT_EQ(first.logins, 1);
    World second{all, first.memory};
    EXPECT_TRUE(second.ask());
    EXPECT_EQ(second.logins, 0);
    EXPECT_EQ(second.session.state().token, Secret{sixty_days});
}

TEST(Session, ATokenRenewedByAnotherProcessIsUsed) {
    World first{owner};
    ASSERT_TRUE(first.ask());
    World second{owner, first.memory};
    second.token = "newer";
    ASSERT_TRUE(test::run(second.session.refresh(false)));
    first.memory = second.memory;
    EXPECT_TRUE(first.ask());
    EXPECT_EQ(first.logins, 1);
    EXPECT_EQ(header_value(first.http.sent.back().headers, "Authorization"), "Bearer newer");
}

TEST(Session, AnUnreadableSavedStateIsIgnored) {
    for (const auto* kept : {"", "{", "[]", "null", R"({"token":7})"}) {
        test::Memory memory;
        memory.kept = kept;
        World world{owner, memory};
        EXPECT_TRUE(world.ask()) << kept;
        EXPECT_EQ(world.logins, 1);
    }
}

TEST(Session, ARefusedTokenIsRenewedOnce) {
    World world;
    ASSERT_TRUE(world.ask());
    world.next = {HttpResponse{401, {}, ""}};
    EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 2);
}

// For example for the window of one record: others are still read.
TEST(Session, ARefusalThatPersistsAfterALoginCostsOneLoginPerHour) {
    for (const auto& refusal : {HttpResponse{403, {}, R"({"error":"unauthorized"})"},
                                HttpResponse{302, {{"Location", "/login"}}, ""}}) {
        World world{owner};
        ASSERT_TRUE(world.ask());
        const auto refuse = [&] {
            world.token += "+";
            world.next = {refusal, refusal};
            const auto error = world.ask().error();
            world.next.clear();
            EXPECT_EQ(error.move(), NextMove::fix_profile);
            EXPECT_TRUE(error.perhaps_only_here);
            EXPECT_TRUE(world.ask());
            return error.why;
        };
        EXPECT_THAT(refuse(), HasSubstr("A new login worked and did not help"));
        EXPECT_EQ(world.logins, 2);
        EXPECT_THAT(refuse(), HasSubstr("no new login is tried for this before 2026-04-12T13:00"));
        EXPECT_EQ(world.logins, 2);
        World restarted{owner, world.memory};
        restarted.next = {refusal, refusal};
        EXPECT_FALSE(restarted.ask());
        EXPECT_EQ(restarted.logins, 0);
        EXPECT_FALSE(test::run(world.session.status()).last_error);
        world.next = {HttpResponse{401, {}, ""}};
        EXPECT_TRUE(world.ask()) << "a clear refusal is renewed at once";
        EXPECT_EQ(world.logins, 3);
        world.clock.advance(1h);
        (void)refuse();
        EXPECT_EQ(world.logins, 4);
    }
}

TEST(Session, AnEndedSessionWithARefusedLoginReportsBoth) {
    for (const int status : {401, 403, 440}) {
        World world{owner};
        ASSERT_TRUE(world.ask());
        world.login_answer = HttpResponse{401, {}, ""};
        for (const bool first : {true, false}) {
            world.next = {HttpResponse{status, {}, ""}};
            const auto error = world.ask().error();
            EXPECT_EQ(error.cause, Cause::wrong_password) << status;
            EXPECT_THAT(error.why, HasSubstr("refused the e-mail and password"));
            if (first) EXPECT_THAT(error.why, HasSubstr("session has ended"));
        }
        EXPECT_EQ(world.logins, 2);
    }
}

TEST(Session, AnOutageCausesNoLogin) {
    const HttpResponse maintenance{200, {{"Content-Type", "text/html"}}, "<html>Back soon</html>"};
    for (const Answer& outage :
         {Answer{HttpResponse{500, {}, R"({"error":"internal"})"}},
          Answer{HttpResponse{503, {}, ""}}, Answer{HttpResponse{429, {}, "unauthorized"}},
          Answer{HttpResponse{502, {}, "<html>login</html>"}}, Answer{maintenance},
          Answer{HttpResponse{404, {}, R"({"error":"not found"})"}},
          Answer{std::unexpected(Lost{.why = "reset"})}}) {
        World world{owner};
        ASSERT_TRUE(world.ask());
        world.next.assign(9, outage);
        EXPECT_FALSE(world.ask());
        EXPECT_EQ(world.logins, 1);
    }
}

TEST(Session, AStaticTokenIsRefusedInManyWays) {
    World world{{"", {}, Secret{"pasted"}}};
    world.next = {HttpResponse{302, {{"Location", "/login"}}, ""}};
    auto error = world.ask().error();
    EXPECT_EQ(error.cause, Cause::token_refused);
    EXPECT_THAT(error.why, HasSubstr("RECEPTIONIST_TOKEN"));
    world.next = {HttpResponse{403, {}, "{}"}};
    error = world.ask().error();
    EXPECT_EQ(error.cause, Cause::endpoint_moved);
    EXPECT_THAT(error.why, HasSubstr("RECEPTIONIST_TOKEN"));
}

TEST(Session, ALoginCookieForAnotherPathIsNotTheToken) {
    World world{owner};
    world.profile.auth.steps.back().captures = {
        {.name = "token", .from = Capture::From::cookie, .path = {}, .key = "token"}};
    world.login_answer = HttpResponse{200,
                                      {{"Set-Cookie", "token=good; Path=/"},
                                       {"Set-Cookie", "token=; Path=/app; Max-Age=0"},
                                       {"Set-Cookie", "token=other; Path=/app"},
                                       {"Set-Cookie", "token=deleted; Domain=elsewhere.example"}},
                                      ""};
    ASSERT_TRUE(world.ask());
    EXPECT_EQ(header_value(world.http.sent.back().headers, "Authorization"), "Bearer good");
}

TEST(Session, ATokenRenewedByAnyAnswerIsKept) {
    World world{{"me@x.test", Secret{"p"}, Secret{"t0"}}};
    world.profile.auth.session = {.cookies = {{"token", "${auth.token}"}}, .headers = {}};
    const auto answer = [](int status, std::string cookie) {
        return HttpResponse{status, {{"Set-Cookie", std::move(cookie)}}, "[]"};
    };
    world.next = {answer(200, "token=t1; Path=/"), answer(503, "token=t2; Domain=calls.example"),
                  answer(200, "token=t3; Path=/app"),
                  answer(200, "token=; Path=/calls/x; Max-Age=0"),
                  answer(403, "token=stranger; Path=/")};
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(world.ask());
    std::vector<std::string> sent;
    for (const auto& request : world.http.sent) {
        sent.emplace_back(header_value(request.headers, "Cookie"));
    }
    EXPECT_THAT(sent, ElementsAre("token=t0", "token=t1", "token=t2", "token=t2"));
    EXPECT_EQ(world.logins, 0);
    EXPECT_THAT(*world.memory.kept, HasSubstr("\"t2\""));
    EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 1) << "a cookie from a refusal is not the token";
}

TEST(Session, ARefusedFreshTokenStopsLoginsForAnHour) {
    World world;
    ASSERT_TRUE(world.ask());
    for (int i = 0; i < 9; ++i) world.next.emplace_back(HttpResponse{401, {}, ""});
    world.token = "another";
    EXPECT_EQ(world.ask().error().move(), NextMove::fix_profile);
    EXPECT_EQ(world.ask().error().move(), NextMove::fix_profile);
    EXPECT_EQ(world.logins, 2);
}

TEST(Session, ALoginThatReturnsTheOldTokenIsNotRepeatedForAnHour) {
    World world;
    ASSERT_TRUE(world.ask());
    world.clock.advance(54 * 24h);
    EXPECT_TRUE(world.ask());
    EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 2);
    world.clock.advance(10 * 24h);  // now it has expired too
    EXPECT_EQ(world.ask().error().move(), NextMove::fix_profile);
    EXPECT_EQ(world.ask().error().move(), NextMove::fix_profile);
    EXPECT_EQ(world.logins, 3);
}

TEST(Session, ARefusedStaticTokenMustBeReplacedByAPerson) {
    World world{{"", {}, Secret{"garbage"}}};
    EXPECT_TRUE(world.ask());
    EXPECT_FALSE(world.session.state().expires_at);
    world.next = {HttpResponse{401, {}, ""}};
    const auto answer = world.ask();
    EXPECT_EQ(answer.error().move(), NextMove::fix_credentials);
    EXPECT_THAT(answer.error().why, HasSubstr("RECEPTIONIST_TOKEN"));
    EXPECT_EQ(world.logins, 0);
}

TEST(Session, AnExpiredStaticTokenIsNotSent) {
    World world{{"", {}, Secret{sixty_days}}};
    world.clock.advance(60 * 24h);
    EXPECT_EQ(world.ask().error().move(), NextMove::fix_credentials);
    EXPECT_TRUE(world.http.sent.empty());
}

TEST(Session, WithAllCredentialsTheTokenIsUsedFirstAndTheLoginWhenDue) {
    World world{{"me@x.test", Secret{"p"}, Secret{sixty_days}}};
    EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 0);
    world.clock.advance(60 * 24h);
    world.token = "another";
    EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 1);
}

TEST(Session, WithoutCredentialsTheErrorNamesWhichToSet) {
    World world{Credentials{}};
    EXPECT_THAT(world.ask().error().why, HasSubstr("RECEPTIONIST_EMAIL"));
}

TEST(Session, ConcurrentOpensLogInOnce) {
    World world;
    EXPECT_TRUE(test::run(world.open_twice_at_once()));
    EXPECT_EQ(world.logins, 1);
}

TEST(Session, ConcurrentOpensAreRefusedOnce) {
    World world;
    world.login_answer = HttpResponse{401, {}, ""};
    EXPECT_FALSE(test::run(world.open_twice_at_once()));
    EXPECT_EQ(world.logins, 1);
}

TEST(Session, TransientFailuresAreRetriedWithGrowingWaits) {
    World world{{"", {}, Secret{"t"}}};
    world.next = {std::unexpected(Lost{.maybe_sent = true, .why = "reset"}),
                  HttpResponse{503, {}, ""}, HttpResponse{200, {}, "<html>Back soon</html>"}};
    EXPECT_TRUE(world.ask());
    EXPECT_THAT(world.clock.slept, ElementsAre(1s, 4s, 15s));
}

TEST(Session, APersistentOutageIsLeftForLater) {
    World world{{"", {}, Secret{"t"}}};
    for (int i = 0; i < 9; ++i) world.next.emplace_back(HttpResponse{502, {}, ""});
    const auto answer = world.ask();
    EXPECT_EQ(answer.error().move(), NextMove::try_later);
    EXPECT_THAT(answer.error().why, HasSubstr("GET /calls with status 502"));
    EXPECT_EQ(world.session.requests(), 4);
}

TEST(Session, RetryAfterIsObeyedInSecondsAndAsADate) {
    World world{{"", {}, Secret{"t"}}};
    world.next = {
        HttpResponse{429, {{"Retry-After", "30"}}, ""},
        HttpResponse{429, {{"Retry-After", "Sun, 12 Apr 2026 12:01:10 GMT"}}, ""},
        HttpResponse{429, {{"Retry-After", "soon"}}, ""},
    };
    EXPECT_TRUE(world.ask());
    EXPECT_THAT(world.clock.slept, ElementsAre(30s, 40s, 15s));
}

TEST(Session, ALongRetryAfterIsNotWaitedFor) {
    World world{{"", {}, Secret{"t"}}};
    world.next = {HttpResponse{429, {{"Retry-After", "3600"}}, ""}};
    EXPECT_EQ(world.ask().error().move(), NextMove::try_later);
    EXPECT_TRUE(world.clock.slept.empty());
}

HttpResponse web_page(int status, const std::string& text) {
    return {status, {{"Content-Type", "text/html"}}, "<html>" + text + "</html>"};
}

TEST(Session, CausesOfFailedLoginsAreDistinguished) {
    const std::vector<std::pair<Answer, Cause>> known{
        {HttpResponse{401, {}, ""}, Cause::wrong_password},
        {web_page(200, "Are you a robot?"), Cause::bot_wall},
        {web_page(403, "Access denied"), Cause::bot_wall},
        {HttpResponse{403, {}, R"({"error":"csrf"})"}, Cause::endpoint_moved},
        {HttpResponse{404, {}, ""}, Cause::endpoint_moved},
        {HttpResponse{410, {}, ""}, Cause::endpoint_moved},
        {HttpResponse{302, {}, ""}, Cause::endpoint_moved},
        {web_page(404, "Not found"), Cause::endpoint_moved},
        {web_page(200, "Our new home"), Cause::endpoint_moved},
        {HttpResponse{200, {}, "{}"}, Cause::endpoint_moved},
        {HttpResponse{503, {}, ""}, Cause::outage},
        {HttpResponse{429, {}, ""}, Cause::outage},
        {web_page(502, "Bad gateway"), Cause::outage},
        {std::unexpected(Lost{.maybe_sent = false, .why = "refused"}), Cause::outage}};
    for (const auto& [answer, cause] : known) {
        World world{owner};
        world.login_answer = answer;
        EXPECT_EQ(world.ask().error().cause, cause) << (answer ? answer->body : "lost");
        World restarted{owner, world.memory};
        restarted.clock.advance(1min);
        EXPECT_EQ(restarted.ask().error().cause, cause);
        EXPECT_EQ(test::run(restarted.session.status()).last_error->cause, cause);
        EXPECT_THAT(world.log.text, HasSubstr("cause=" + std::string{name_of(cause)}));
    }
}

TEST(Session, StatusShowsAValidToken) {
    World world{owner};
    auto status = test::run(world.session.status());
    EXPECT_FALSE(status.usable);
    EXPECT_TRUE(status.refresh_due);
    EXPECT_FALSE(status.blocked) << "a login can get one";
    ASSERT_TRUE(world.ask());
    status = test::run(world.session.status());
    EXPECT_EQ(status.platform, "other");
    EXPECT_TRUE(status.can_log_in);
    EXPECT_TRUE(status.usable);
    EXPECT_FALSE(status.refresh_due);
    EXPECT_EQ(status.expires_at, parse_utc("2026-06-11T12:00:00Z"));
    EXPECT_FALSE(status.cooldown_until);
    world.clock.advance(53 * 24h);
    EXPECT_TRUE(test::run(world.session.status()).refresh_due);
}

TEST(Session, StatusShowsThatNoTokenIsAvailable) {
    World world{owner};
    world.login_answer = HttpResponse{401, {}, ""};
    ASSERT_FALSE(world.ask());
    const auto status = test::run(world.session.status());
    EXPECT_EQ(status.cooldown_until, world.clock.now() + 1h);
    ASSERT_TRUE(status.blocked);
    EXPECT_EQ(status.blocked->cause, Cause::wrong_password);
    world.clock.advance(1h);
    EXPECT_FALSE(test::run(world.session.status()).blocked);
}

TEST(Session, ARefusedStaticTokenIsReportedAcrossRestartsUntilAccepted) {
    const Credentials pasted{"", {}, Secret{"pasted"}};
    World world{pasted};
    EXPECT_FALSE(test::run(world.session.status()).blocked);
    world.next = {HttpResponse{401, {}, ""}};
    ASSERT_FALSE(world.ask());
    World restarted{pasted, world.memory};
    auto status = test::run(restarted.session.status());
    EXPECT_FALSE(status.can_log_in);
    EXPECT_FALSE(status.cooldown_until);
    ASSERT_TRUE(status.blocked);
    EXPECT_EQ(status.blocked->cause, Cause::token_refused);
    EXPECT_EQ(status.last_error->cause, Cause::token_refused);
    EXPECT_TRUE(restarted.ask()) << "it is still tried";
    status = test::run(restarted.session.status());
    EXPECT_FALSE(status.blocked);
    EXPECT_FALSE(status.last_error);
}

TEST(Session, AChangedEndpointIsAProfileError) {
    for (const int status : {301, 400, 403, 404, 405, 410}) {
        World world{{"", {}, Secret{"t"}}};
        world.next = {HttpResponse{status, {}, ""}};
        EXPECT_EQ(world.ask().error().move(), NextMove::fix_profile) << status;
        EXPECT_EQ(world.session.requests(), 1);
    }
}

TEST(Session, TheProfilesErrorRulesTakePrecedence) {
    World world;
    ASSERT_TRUE(world.ask());
    world.next = {HttpResponse{418, {}, ""}};
    EXPECT_TRUE(world.ask());
    EXPECT_EQ(world.logins, 2);
    world.next = {HttpResponse{200, {}, "<html>are you a rObOt?</html>"}};
    const auto answer = world.ask();
    EXPECT_EQ(answer.error().move(), NextMove::paste_token);
    EXPECT_THAT(answer.error().why, HasSubstr("A robot check."));
}

TEST(Session, ErrorRulesDoNotApplyToCallContents) {
    World world{{"", {}, Secret{"t"}}};
    world.next = {HttpResponse{200, {}, R"(["a robot called"])"}};
    EXPECT_TRUE(world.ask());
}

TEST(Session, ALoginWithoutATokenIsAProfileError) {
    for (const auto* body : {"{}", "no json", R"({"session":{"token":null}})", "[[[["}) {
        World world;
        world.login_answer = HttpResponse{200, {}, body};
        EXPECT_EQ(world.ask().error().move(), NextMove::fix_profile) << body;
    }
}

TEST(Session, SecretsAreNeverLoggedOrReported) {
    World world;
    ASSERT_TRUE(world.ask());
    world.login_answer = HttpResponse{403, {}, "wrong: p\"w"};
    const auto refreshed = test::run(world.session.refresh(true));
    ASSERT_FALSE(refreshed);
    for (const auto& text :
         {world.log.text, refreshed.error().why, world.session.state().last_error}) {
        EXPECT_THAT(text, Not(HasSubstr("p\"w")));
        EXPECT_THAT(text, Not(HasSubstr("eyJ")));
    }
}

TEST(TokenTimes, AreUnknownWithoutAJwt) {
    for (const auto* token :
         {"", ".", "..", "a.b", "a.b.c", "a.e30.c", "a.bnVsbA.c", "a.%%%.c",
          "a.eyJleHAiOiJ4In0.c" /* {"exp":"x"} */, "a.eyJleHAiOjFlOTl9.c" /* {"exp":1e99} */,
          "a.eyJleHAiOi0xfQ.c" /* {"exp":-1} */}) {
        EXPECT_FALSE(read_token_times(token).expires_at) << token;
    }
}

const std::string start = "https://calls.example/v0/login";
const auto noon = test::moment("2026-04-12T12:00:00Z");

// The Cookie header for `url` after answers from `start` that set these.
std::string cookies_for(const std::string& url, const std::vector<std::string>& set,
                        Milliseconds later = 0ms) {
    Cookies cookies;
    for (const auto& cookie : set) cookies.take(start, {{"set-cookie", cookie}}, noon);
    return cookies.header(url, noon + later);
}

TEST(Cookies, AreKeptAndSentBack) {
    EXPECT_EQ(cookies_for(start, {"a=1; Path=/", " b = x=y ;HttpOnly", "nonsense", "=3"}),
              "b=x=y; a=1");
    EXPECT_EQ(cookies_for(start, {"a=1", "a=2"}), "a=2");
}

TEST(Cookies, BelongToTheirHostAndPath) {
    for (const auto& [cookie, url, sent] : std::vector<std::tuple<std::string, std::string, bool>>{
             {"a=1", "https://calls.example/v0/calls", true},
             {"a=1", "https://calls.example/v01", false},
             {"a=1; Path=/v0/", "https://calls.example/v0/calls", true},
             {"a=1; Path=/app", "https://calls.example/v0/calls", false},
             {"a=1; Path=app", "https://calls.example/v0/calls", true},
             {"a=1; Path=/", "https://calls.example:8443/x", true},
             {"a=1; Path=/", "https://www.calls.example/x", false},
             {"a=1; Path=/; Domain=calls.example", "https://www.calls.example/x", true},
             {"a=1; Path=/; Domain=.CALLS.example", "https://calls.example/x", true},
             {"a=1; Path=/; Domain=other.example", "https://calls.example/x", false},
             {"a=1; Path=/; Domain=alls.example", "https://calls.example/x", false},
             {"a=1; Path=/; Domain=", "https://calls.example/x", true}}) {
        EXPECT_EQ(cookies_for(url, {cookie}), sent ? "a=1" : "") << cookie << " at " << url;
    }
}

TEST(Cookies, ExpireInManyWays) {
    for (const auto* end :
         {"Max-Age=0", "Max-Age=-1", "max-age=0; Expires=Fri, 31 Dec 2049 00:00:00 GMT",
          "Expires=Thu, 01 Jan 1970 00:00:00 GMT", "expires=Thu, 01-Jan-1970 00:00:01 GMT",
          "Expires=Thu Jan  1 00:00:00 70", "Expires=Sun, 12 Apr 2026 11:59:59 GMT"}) {
        EXPECT_EQ(cookies_for(start, {"a=1; Path=/", std::string{"a=2; Path=/; "} + end}), "")
            << end;
    }
    EXPECT_EQ(cookies_for(start, {"a=1", "a=deleted"}), "");
    EXPECT_EQ(cookies_for(start, {"a=1", "a="}), "");
    for (const auto* end : {"Max-Age=60", "Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                            "Expires=Sunday, 12-Apr-26 12:01:00 GMT"}) {
        EXPECT_EQ(cookies_for(start, {std::string{"a=1; "} + end}, 59s), "a=1") << end;
        EXPECT_EQ(cookies_for(start, {std::string{"a=1; "} + end}, 60s), "") << end;
    }
    for (const auto* odd : {"Max-Age=", "Max-Age=soon", "Expires=never",
                            "Expires=32 Jan 2026 1:1:1", "Max-Age=99999999999999999999"}) {
        EXPECT_EQ(cookies_for(start, {std::string{"a=1; "} + odd}), "a=1") << odd;
    }
}

TEST(Cookies, OfAnotherDomainPathOrNameDeleteNoneOfOurs) {
    for (const auto* other : {"a=; Path=/app; Max-Age=0", "a=deleted; Path=/v0/users; Max-Age=0",
                              "a=; Path=/; Domain=other.example; Max-Age=0",
                              "A=; Path=/; Max-Age=0", "b=; Path=/; Max-Age=0"}) {
        EXPECT_EQ(cookies_for(start, {"a=1; Path=/", other}), "a=1") << other;
    }
}

TEST(Cookies, SavedCookiesAreReplacedByAnySentToTheSameUrl) {
    for (const auto& [set, sent] : std::vector<std::pair<std::string, std::string>>{
             {"a=2; Path=/", "a=2"},
             {"a=2; Path=/; Domain=calls.example", "a=2"},
             {"a=; Max-Age=0", ""},
             {"a=2; Path=/app", "a=1"},
             {"a=; Path=/app; Max-Age=0", "a=1"}}) {
        Cookies cookies;
        cookies.put("a", "1");
        cookies.take(start, {{"Set-Cookie", set}}, noon);
        EXPECT_EQ(cookies.header(start, noon), sent) << set;
    }
}

TEST(Placeholders, AreFilledOnce) {
    EXPECT_EQ(fill("${a}-${b}-${c}${", {{"a", "${b}"}, {"b", "2"}}), "${b}-2-${");
    EXPECT_THAT(placeholders_in("x${a}${b.c}").value_or(std::vector<std::string>{}),
                ElementsAre("a", "b.c"));
    EXPECT_FALSE(placeholders_in("${a"));
}

}  // namespace
}  // namespace ringbridge::receptionist
