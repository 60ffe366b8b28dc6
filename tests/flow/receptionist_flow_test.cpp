// src/receptionist against the simulated site: two implementations of the same dialect.
#include "core/url.hpp"
#include "receptionist/listing.hpp"
#include "receptionist/test_world.hpp"
#include "sim/receptionist/site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <set>

namespace ringbridge {
namespace {

using namespace std::chrono_literals;
using namespace receptionist;
using nlohmann::json;
using sim::ReceptionistSite;
using sim::SiteOptions;
using testing::HasSubstr;
using testing::SizeIs;

const auto midnight = test::moment("2026-04-12T00:00:00Z");
const TimeRange day{midnight, midnight + 24h};
const Credentials owner{"owner@sandbox.test", Secret{"sandbox"}, {}};

std::string record(int number, UtcTime at) {
    return json{{"id", "c_" + std::to_string(number)}, {"callTimestamp", format_utc(at)}}.dump();
}

struct World {
    explicit World(SiteOptions options = {}, Credentials credentials = owner,
                   Profile profile = builtin_profile("goodcall"))
        : site{std::move(options)},
          receptionist{std::make_shared<const Profile>(std::move(profile)),
                       "http://site.test/",
                       std::move(credentials),
                       http,
                       clock,
                       log,
                       memory} {}

    void publish_calls(int count) {
        for (int i = 0; i < count; ++i) site.publish(record(i, midnight + 1min * i));
    }

    std::expected<Page, PlatformError> read(TimeRange window, std::string cursor) {
        return test::run(receptionist.read_page(window, std::move(cursor)));
    }

    // The whole window, every page of it.
    std::vector<Page> read_all(TimeRange window) {
        std::vector<Page> pages;
        std::string cursor;
        do {
            auto page = read(window, cursor);
            if (!page) {
                ADD_FAILURE() << page.error().why;
                break;
            }
            cursor = page->next;
            pages.push_back(std::move(*page));
        } while (!pages.back().last);
        return pages;
    }

    test::JumpingClock clock;
    test::KeptLog log;
    test::Memory memory;
    ReceptionistSite site;
    test::FunctionHttp http{
        [this](const HttpRequest& request) { return site.answer(request, clock.now()); }};
    Receptionist receptionist;
};

std::set<std::string> ids_of(const std::vector<Page>& pages) {
    std::set<std::string> ids;
    for (const auto& page : pages) {
        for (const auto& call : page.calls) ids.insert(call.id.text);
    }
    return ids;
}

HttpResponse web_page(int status, std::string text) {
    return {.status = status,
            .headers = {{"Content-Type", "text/html"}},
            .body = "<html><body>" + text + "</body></html>"};
}

TEST(ReceptionistFlow, LogsInOnceAndReadsEveryPage) {
    World world;
    world.publish_calls(250);
    EXPECT_TRUE(test::run(world.receptionist.open()));
    const auto pages = world.read_all(day);
    EXPECT_THAT(pages, SizeIs(3));
    EXPECT_THAT(ids_of(pages), SizeIs(250));
    EXPECT_EQ(world.site.logins(), 1);
    EXPECT_EQ(world.receptionist.requests(), 5);
    EXPECT_EQ(world.site.requests(), 5);
    EXPECT_EQ(world.receptionist.token_state().expires_at, world.clock.now() + 60 * 24h);
}

TEST(ReceptionistFlow, AnEmptyWindowIsOnePage) {
    World world;
    const auto pages = world.read_all(day);
    ASSERT_THAT(pages, SizeIs(1));
    EXPECT_TRUE(pages[0].calls.empty());
}

TEST(ReceptionistFlow, AWindowHoldsItsCallsOnly) {
    World world;
    world.publish_calls(120);
    EXPECT_THAT(ids_of(world.read_all({midnight + 10min, midnight + 19min})), SizeIs(10));
}

TEST(ReceptionistFlow, PagesSmallerThanAskedForAreReadToTheEnd) {
    World world{{.max_page_size = 7}};
    world.publish_calls(50);
    const auto pages = world.read_all(day);
    EXPECT_THAT(pages, SizeIs(8));
    EXPECT_THAT(ids_of(pages), SizeIs(50));
}

TEST(ReceptionistFlow, UnreadableRecordsAreReturnedAndLoseNoOthers) {
    World world;
    world.publish_calls(3);
    world.site.publish(R"({"id":"c_77","callTimestamp":"noon"})");
    world.site.publish("[1,2]");
    world.site.publish("{\"id\":\"c_88\",\"summary\":\"\xFF\"}");
    const auto pages = world.read_all(day);
    ASSERT_THAT(pages, SizeIs(1));
    EXPECT_THAT(pages[0].calls, SizeIs(3));
    EXPECT_THAT(pages[0].unreadable, SizeIs(3));
}

TEST(ReceptionistFlow, AStaticTokenNeedsNoLogin) {
    World first;
    const auto token = first.site.static_token(first.clock.now());
    World world{{}, {"", {}, Secret{token}}};
    EXPECT_EQ(world.read(day, "").error().move(), NextMove::fix_credentials);  // another site's
    EXPECT_EQ(world.site.static_token(world.clock.now()), token);
    EXPECT_TRUE(world.read(day, ""));
    EXPECT_EQ(world.site.logins(), 0);
}

TEST(ReceptionistFlow, AWrongPasswordIsTriedOnce) {
    World world{{}, {"owner@sandbox.test", Secret{"wrong"}, {}}};
    const auto opened = test::run(world.receptionist.open());
    EXPECT_EQ(opened.error().move(), NextMove::fix_credentials);
    EXPECT_EQ(world.read(day, "").error().move(), NextMove::fix_credentials);
    EXPECT_EQ(world.site.logins(), 1);
}

TEST(ReceptionistFlow, RevokedTokensAreRenewedWithinAWindow) {
    World world;
    world.publish_calls(150);
    const auto first = world.read(day, "");
    ASSERT_TRUE(first);
    world.site.revoke_tokens();
    EXPECT_TRUE(world.read(day, first->next));
    EXPECT_EQ(world.site.logins(), 2);
}

TEST(ReceptionistFlow, AnEndedSessionIsRecognizedHoweverTheSiteReportsIt) {
    for (const auto& ended : sim::ended_session_answers()) {
        World world;
        world.publish_calls(3);
        ASSERT_TRUE(world.read(day, ""));
        world.site.end_sessions(ended);
        const auto page = world.read(day, "");
        ASSERT_TRUE(page) << ended.status << ended.body << ": " << page.error().why;
        EXPECT_THAT(page->calls, SizeIs(3));
        EXPECT_EQ(world.site.logins(), 2);
        EXPECT_THAT(world.log.text, HasSubstr("receptionist_session_ended"));
        // And once more within the hour: a successful login blocks no other.
        world.site.end_sessions(ended);
        EXPECT_TRUE(world.read(day, ""));
        EXPECT_EQ(world.site.logins(), 3);
    }
}

TEST(ReceptionistFlow, RotatingTokensCostNoLogin) {
    World world{{.max_page_size = 10, .rotate_tokens = true, .odd_cookies = true}};
    world.publish_calls(55);
    for (int i = 0; i < 3; ++i) EXPECT_THAT(ids_of(world.read_all(day)), SizeIs(55));
    EXPECT_EQ(world.site.logins(), 1);
}

TEST(ReceptionistFlow, TokensAreRenewedSevenDaysBeforeTheyExpire) {
    World world;
    ASSERT_TRUE(world.read(day, ""));
    world.clock.advance(52 * 24h);
    ASSERT_TRUE(world.read(day, ""));
    EXPECT_EQ(world.site.logins(), 1);
    world.clock.advance(25h);
    ASSERT_TRUE(world.read(day, ""));
    EXPECT_EQ(world.site.logins(), 2);
}

TEST(ReceptionistFlow, AShortOutageIsRetried) {
    World world;
    world.site.fail_next(3, web_page(503, "maintenance"));
    EXPECT_TRUE(world.read(day, ""));
    EXPECT_THAT(world.clock.slept, testing::ElementsAre(1s, 4s, 15s));
}

TEST(ReceptionistFlow, AMaintenancePageIsRetriedLater) {
    World world;
    ASSERT_TRUE(world.read(day, ""));
    world.site.fail_next(4, web_page(200, "Back soon"));
    const auto error = world.read(day, "").error();
    EXPECT_EQ(error.move(), NextMove::try_later);
    EXPECT_THAT(error.why, HasSubstr("GET /v0/calls"));
    EXPECT_THAT(error.why, HasSubstr("a web page"));
}

TEST(ReceptionistFlow, ARobotCheckNeedsAPersonAndIsNotRetried) {
    for (const int status : {200, 403, 503}) {
        World world;
        world.site.fail_next(9, web_page(status, "Please solve this CAPTCHA"));
        const auto error = world.read(day, "").error();
        EXPECT_EQ(error.cause, Cause::bot_wall);
        EXPECT_THAT(error.why, HasSubstr("captcha"));
        EXPECT_EQ(world.receptionist.requests(), 1);
    }
}

// At either step: the first returns JSON, the second a cookie.
TEST(ReceptionistFlow, ARobotCheckAtTheLoginIsRecognized) {
    for (const int step : {0, 1}) {
        World world;
        if (step == 1) world.site.fail_next(1, json_response(200, R"({"csrfToken":"t"})"));
        world.site.fail_next(9, web_page(200, "Please solve this CAPTCHA"));
        EXPECT_EQ(world.read(day, "").error().cause, Cause::bot_wall) << step;
        EXPECT_EQ(world.receptionist.requests(), step + 1);
    }
}

TEST(ReceptionistFlow, AMovedLoginIsAProfileError) {
    for (const auto& answer : {web_page(404, "Not found"), web_page(410, "Gone"),
                               web_page(200, "Welcome"), json_response(200, "{}")}) {
        World world;
        world.site.fail_next(9, answer);
        const auto error = world.read(day, "").error();
        EXPECT_EQ(error.cause, Cause::endpoint_moved) << answer.body;
        EXPECT_THAT(error.why, HasSubstr("GET /v0/csrf"));
    }
}

TEST(ReceptionistFlow, AMovedEndpointIsAProfileError) {
    auto profile = builtin_profile("goodcall");
    profile.calls.requester.path = "/v1/calls";
    World world{{}, owner, profile};
    const auto error = world.read(day, "").error();
    EXPECT_EQ(error.move(), NextMove::fix_profile);
    EXPECT_THAT(error.why, HasSubstr("GET /v1/calls"));
}

TEST(ReceptionistFlow, ATruncatedPageIsRetriedLater) {
    World world;
    world.site.publish("\"unclosed");
    EXPECT_EQ(world.read(day, "").error().move(), NextMove::try_later);
}

TEST(ReceptionistFlow, AListingWithoutEndIsAnErrorAndNotTruncated) {
    auto profile = builtin_profile("goodcall");
    profile.calls.paging.max_pages = 2;
    World world{{.max_page_size = 10}, owner, profile};
    world.publish_calls(25);
    const auto first = world.read(day, "");
    const auto second = world.read(day, first->next);
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->last);
    const auto error = world.read(day, second->next).error();
    EXPECT_EQ(error.move(), NextMove::fix_profile);
    EXPECT_THAT(error.why, HasSubstr("max_pages"));
}

// The site answers 10 records a page out of `count`, and claims `total`.
std::size_t calls_read_with_total(int count, json total) {
    auto profile = builtin_profile("goodcall");
    profile.calls.paging.page_size = 10;
    World world{{}, {"", {}, Secret{"any"}}, profile};
    int page = 0;
    test::FunctionHttp http{[&](const HttpRequest&) {
        auto calls = json::array();
        for (int i = page * 10; i < std::min(count, page * 10 + 10); ++i) {
            calls.push_back(json::parse(record(i, midnight)));
        }
        ++page;
        return json_response(200, json{{"calls", calls}, {"total", total}}.dump());
    }};
    Receptionist reader{profile,   "",          {"", {}, Secret{"any"}}, http, world.clock,
                        world.log, world.memory};
    std::size_t read = 0;
    std::string cursor;
    do {
        const auto listed = test::run(reader.read_page(day, cursor));
        read += listed->calls.size();
        cursor = listed->next;
    } while (!cursor.empty());
    return read;
}

TEST(ReceptionistFlow, AMissingOrWrongTotalLosesNoCall) {
    for (const auto& total :
         {json(), json("35"), json(35), json(7), json(0), json(1000), json("many"), json(-1)}) {
        EXPECT_EQ(calls_read_with_total(35, total), 35U) << total;
        EXPECT_EQ(calls_read_with_total(40, total), 40U) << total;
    }
}

// A site whose answers a function makes from the request, read from the first page to the end.
struct Reading {
    std::set<std::string> ids;
    std::optional<PlatformError> error;
    int requests = 0;
};
Reading read_to_the_end(std::function<test::Answer(const Query&)> site,
                        Profile profile = builtin_profile("goodcall")) {
    World world;
    test::FunctionHttp http{
        [&](const HttpRequest& request) { return site(parse_target(request.url).query); }};
    Receptionist reader{std::move(profile), "",          {"", {}, Secret{"any"}}, http, world.clock,
                        world.log,          world.memory};
    Reading reading;
    std::string cursor;
    do {
        auto page = test::run(reader.read_page(day, cursor));
        if (!page) {
            reading.error = std::move(page.error());
            break;
        }
        for (const auto& call : page->calls) reading.ids.insert(call.id.text);
        cursor = page->next;
    } while (!cursor.empty());
    reading.requests = reader.requests();
    return reading;
}

std::string listing_of(int first, int end, json total = nullptr) {
    auto calls = json::array();
    for (int i = first; i < end; ++i) {
        calls.push_back(json::parse(record(i, midnight + 1min * i)));
    }
    return json{{"calls", calls}, {"total", total}}.dump();
}

int number_in(const Query& query, std::string_view name) {
    for (const auto& [key, value] : query) {
        if (key == name) return std::stoi(value);
    }
    return 0;
}

// It lists everything on one page, which is longer than requested.
TEST(ReceptionistFlow, AListingThatIgnoresThePageIsReadOnce) {
    for (const auto& total : {json(), json(7), json(150)}) {
        const auto reading = read_to_the_end(
            [&](const Query&) { return json_response(200, listing_of(0, 150, total)); });
        EXPECT_FALSE(reading.error) << total;
        EXPECT_THAT(reading.ids, SizeIs(150));
        EXPECT_LE(reading.requests, 3);
    }
}

// With the newest 100 on each page there may be more: smaller windows show them.
TEST(ReceptionistFlow, APageThatRepeatsAndMayHideCallsNeedsSmallerWindows) {
    for (const auto& total : {json(), json(250)}) {
        const auto reading = read_to_the_end(
            [&](const Query&) { return json_response(200, listing_of(0, 100, total)); });
        ASSERT_TRUE(reading.error) << total;
        EXPECT_EQ(reading.error->move(), NextMove::fix_profile);
        EXPECT_TRUE(reading.error->perhaps_only_here);
        EXPECT_THAT(reading.error->why, HasSubstr("ignores the page"));
        EXPECT_LE(reading.requests, 3);
    }
}

// It ignores the window too, so no smaller one would show more.
TEST(ReceptionistFlow, APageThatRepeatsWithCallsOfOtherDaysIsComplete) {
    const auto reading =
        read_to_the_end([&](const Query&) { return json_response(200, listing_of(-50, 50)); });
    EXPECT_FALSE(reading.error);
    EXPECT_THAT(reading.ids, SizeIs(100));
    EXPECT_LE(reading.requests, 3);
}

// Beyond its end it shows the last page again and again.
TEST(ReceptionistFlow, AListingThatRepeatsItsLastPageEnds) {
    const auto reading = read_to_the_end([&](const Query& query) {
        const int first = std::min(number_in(query, "page") - 1, 2) * 120;
        return json_response(200, listing_of(first, first + 120));
    });
    EXPECT_FALSE(reading.error);
    EXPECT_THAT(reading.ids, SizeIs(360));
    EXPECT_LE(reading.requests, 5);
}

const auto too_long = test::Answer{
    std::unexpected{Lost{.why = "the answer is larger than 64 MiB", .too_long = true}}};

TEST(ReceptionistFlow, PagesThatAreTooLongAreRequestedInSmallerOnes) {
    const auto reading = read_to_the_end([&](const Query& query) -> test::Answer {
        const int size = number_in(query, "pageSize");
        const int first = (number_in(query, "page") - 1) * size;
        const int end = std::min(first + size, 230);
        if (end - first > 30) return too_long;
        return json_response(200, listing_of(first, end, 230));
    });
    EXPECT_FALSE(reading.error);
    EXPECT_THAT(reading.ids, SizeIs(230));
    EXPECT_LE(reading.requests, 2 + 230 / 25 + 1) << "of 100, 50, and then of 25";
}

// The long page is in the middle; earlier calls may come again.
TEST(ReceptionistFlow, APageThatIsTooLongLaterOnLosesNoCall) {
    const auto reading = read_to_the_end([&](const Query& query) -> test::Answer {
        const int size = std::min(number_in(query, "pageSize"), 70);
        const int first = (number_in(query, "page") - 1) * size;
        const int end = std::min(first + size, 400);
        if (first > 150 && end - first > 30) return too_long;
        return json_response(200, listing_of(first, end, 400));
    });
    EXPECT_FALSE(reading.error);
    EXPECT_THAT(reading.ids, SizeIs(400));
}

TEST(ReceptionistFlow, AnAnswerThatIsTooLongAtAnyPageSizeSaysSo) {
    const auto site = [&](const Query&) { return too_long; };
    auto reading = read_to_the_end(site);
    ASSERT_TRUE(reading.error);
    EXPECT_THAT(reading.error->why, HasSubstr("a single record"));
    EXPECT_TRUE(reading.error->perhaps_only_here);
    EXPECT_LE(reading.requests, 7) << "each size once";
    auto without = builtin_profile("goodcall");
    std::erase_if(without.calls.requester.query,
                  [](const auto& pair) { return pair.first == "pageSize"; });
    reading = read_to_the_end(site, without);
    EXPECT_EQ(reading.error->move(), NextMove::fix_profile);
    EXPECT_THAT(reading.error->why, HasSubstr("${page_size}"));
    EXPECT_EQ(reading.requests, 1);
}

// The error of a listing in which each answer is this.
PlatformError error_with(std::expected<HttpResponse, Lost> answer,
                         Profile profile = builtin_profile("goodcall")) {
    World world;
    test::FunctionHttp http{[&](const HttpRequest&) { return answer; }};
    Receptionist reader{std::move(profile), "",          {"", {}, Secret{"any"}}, http, world.clock,
                        world.log,          world.memory};
    std::string cursor;
    for (;;) {
        auto page = test::run(reader.read_page(day, cursor, Patience::one_try));
        if (!page) return std::move(page.error());
        cursor = page->next;
    }
}

TEST(ReceptionistFlow, AnotherShapeIsAProfileError) {
    const auto error = error_with(json_response(200, R"({"data":[]})"));
    EXPECT_EQ(error.move(), NextMove::fix_profile);
    EXPECT_THAT(error.why, HasSubstr("$.calls[*]"));
}

// Whether another window can be read distinguishes a gap from a platform that is down.
TEST(ReceptionistFlow, AnErrorOfTheWindowIsDistinguishedFromAPlatformThatIsDown) {
    const auto full_page =
        json{{"calls", json::array({json::parse(record(1, midnight))})}, {"total", 1'000'000}}
            .dump();
    auto cursors = builtin_profile("goodcall");
    cursors.calls.paging.paginator = Cursors{.path = *parse_json_path("$.next"), .query = "cursor"};
    const auto same_cursor = json{{"calls", json::array()}, {"next", "here"}}.dump();
    for (const auto& error :
         {error_with(json_response(500, "{}")), error_with(json_response(504, "{}")),
          error_with(json_response(400, "{}")), error_with(json_response(200, "{\"calls\":[{")),
          error_with(json_response(200, "{\"error\":\"too many\"}")),
          error_with(std::unexpected{Lost{true, "the answer was longer than 64 MiB", true}}),
          error_with(std::unexpected{Lost{true, "no answer in time"}}),
          error_with(json_response(200, full_page)),
          error_with(json_response(200, same_cursor), cursors)}) {
        EXPECT_TRUE(error.perhaps_only_here) << error.why;
    }
    for (const auto& error :
         {error_with(json_response(503, "{}")), error_with(json_response(429, "{}")),
          error_with(web_page(200, "Maintenance")), error_with(web_page(403, "Blocked")),
          error_with(json_response(401, "{}")),
          error_with(std::unexpected{Lost{false, "connection refused"}})}) {
        EXPECT_FALSE(error.perhaps_only_here) << error.why;
    }
}

RC_GTEST_PROP(ReceptionistFlowProperty, CallsThatArriveWhileReadingHideNoOlderOne, ()) {
    World world{{.max_page_size = *rc::gen::inRange(1, 9),
                 .shuffle = *rc::gen::arbitrary<bool>(),
                 .seed = *rc::gen::arbitrary<std::uint64_t>()}};
    const int before = *rc::gen::inRange(0, 30);
    world.publish_calls(before);
    std::set<std::string> seen;
    std::string cursor;
    int number = before;
    do {
        const auto page = world.read(day, cursor);
        RC_ASSERT(page.has_value());
        for (const auto& call : page->calls) seen.insert(call.id.text);
        cursor = page->next;
        if (number < before + 10 && *rc::gen::arbitrary<bool>()) {
            world.site.publish(record(number, midnight + 1min * number));
            ++number;
        }
    } while (!cursor.empty());
    for (int i = 0; i < before; ++i) RC_ASSERT(seen.contains("c_" + std::to_string(i)));
}

// --- the simulated site itself --------------------------------------------------------------

class Site : public testing::Test {
  protected:
    HttpResponse ask(std::string method, std::string url, Headers headers = {},
                     std::string body = {}) {
        headers.push_back({"Origin", "https://ai.goodcall.com"});
        return site.answer({.method = std::move(method),
                            .url = std::move(url),
                            .headers = std::move(headers),
                            .body = std::move(body)},
                           midnight);
    }
    HttpResponse log_in(const std::string& cookie, const std::string& header, std::string body) {
        return ask("POST", "/v0/users/login",
                   {{"Cookie", "csrf=" + cookie}, {"X-CSRF-Token", header}}, std::move(body));
    }
    std::string csrf() { return json::parse(ask("GET", "/v0/csrf").body)["csrfToken"]; }
    int list(const std::string& query) {
        const auto token = site.static_token(midnight);
        return ask("GET", "/v0/calls" + query, {{"Cookie", "x=1; token=" + token}}).status;
    }

    ReceptionistSite site;
    const std::string good_body = R"({"email":"owner@sandbox.test","password":"sandbox"})";
};

TEST_F(Site, RequiresItsOrigin) {
    EXPECT_EQ(site.answer({"GET", "/v0/csrf", {}, {}}, midnight).status, 403);
    EXPECT_EQ(ask("GET", "/v0/csrf").status, 200);
    EXPECT_EQ(ask("GET", "http://127.0.0.1:9/v0/csrf").status, 200);
}

TEST_F(Site, KnowsItsPathsAndMethods) {
    EXPECT_EQ(ask("GET", "/elsewhere").status, 404);
    EXPECT_THAT(ask("GET", "/elsewhere").body, HasSubstr("<html>"));
    EXPECT_EQ(ask("GET", "/v0/users/login").status, 405);
    EXPECT_EQ(ask("POST", "/v0/calls").status, 405);
}

TEST_F(Site, LogsInWithBothHalvesOfTheCsrfTokenOnly) {
    const auto token = csrf();
    EXPECT_EQ(log_in(token, "", good_body).status, 403);
    EXPECT_EQ(log_in("", token, good_body).status, 403);
    EXPECT_EQ(log_in("x", "x", good_body).status, 403);
    EXPECT_EQ(log_in(token, token, "{}").status, 400);
    EXPECT_EQ(log_in(token, token, "x").status, 400);
    EXPECT_EQ(log_in(token, token, R"({"email":"a","password":"b"})").status, 401);
    const auto answer = log_in(token, token, good_body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(std::string{header_value(answer.headers, "Set-Cookie")},
                testing::StartsWith("token=ey"));
    EXPECT_EQ(site.logins(), 7);
}

TEST_F(Site, ListsForWellFormedQueriesOnly) {
    const std::string dates = "?startDate=2026-04-12T00:00:00Z&endDate=2026-04-13T00:00:00%2B00:00";
    EXPECT_EQ(list(dates), 200);
    EXPECT_EQ(list(dates + "&page=2&pageSize=1000"), 200);
    for (const auto* wrong :
         {"&page=0", "&page=x", "&pageSize=0", "&pageSize=-1", "&colour=red", "&page=1&page=2"}) {
        EXPECT_EQ(list(dates + wrong), 400) << wrong;
    }
    EXPECT_EQ(list(""), 400);
    EXPECT_EQ(list("?startDate=2026-04-12&endDate=2026-04-13"), 400);
    EXPECT_EQ(list("?startDate=1&endDate=2"), 400);
}

TEST_F(Site, RefusesUnknownAndExpiredTokens) {
    const std::string url = "/v0/calls?startDate=2026-04-12T00:00:00Z&endDate=2026-04-13T00:00:00Z";
    EXPECT_EQ(ask("GET", url).status, 401);
    EXPECT_EQ(ask("GET", url, {{"Cookie", "token=x"}}).status, 401);
    const auto old = site.static_token(midnight - 61 * 24h);
    EXPECT_EQ(ask("GET", url, {{"Cookie", "token=" + old}}).status, 401);
}

TEST_F(Site, ARecordOfTheSameIdReplacesTheEarlierOne) {
    site.publish(record(1, midnight));
    site.publish(R"({"id":"c_1","callTimestamp":"2026-04-12T00:00:00Z","summary":"new"})");
    const auto token = site.static_token(midnight);
    const auto answer =
        ask("GET", "/v0/calls?startDate=2026-04-12T00:00:00Z&endDate=2026-04-12T00:00:00Z",
            {{"Cookie", "token=" + token}});
    const auto body = json::parse(answer.body);
    EXPECT_EQ(body["total"], 1);
    EXPECT_EQ(body["calls"][0]["summary"], "new");
}

}  // namespace
}  // namespace ringbridge
