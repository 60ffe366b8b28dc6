// How sites of different making are read page by page: each is a function that answers strictly in
// its own dialect, and every call of the window must be read, however many there are.
#include "receptionist/paging.hpp"

#include "core/parse_number.hpp"
#include "core/url.hpp"
#include "receptionist/faults_for_tests.hpp"
#include "receptionist/listing.hpp"
#include "receptionist/test_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <set>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::SizeIs;

const auto midnight = test::moment("2026-04-12T00:00:00Z");
const TimeRange day{midnight, midnight + 24h};

std::string profile_with(const std::string& stream) {
    return R"(
version: 1
name: small
label: Small
property_prefix: small
base_url: https://calls.test
auth:
  session: { header: { name: Authorization, value: "Bearer ${auth.token}" } }
  token_expiration: { strategy: none }
streams:
  calls:
)" + stream +
           "\ncall_mapping: { id: $.id, called_at: $.at }\n";
}

// Newest first, a minute apart, the newest at 23:59 of the day.
std::vector<json> some_records(int count) {
    std::vector<json> records;
    for (int i = 0; i < count; ++i) {
        records.push_back({{"id", "c_" + std::to_string(i)},
                           {"at", to_unix_ms(midnight + 24h - 1min * (i + 1))}});
    }
    return records;
}

json slice(const std::vector<json>& all, std::size_t from, std::size_t size) {
    auto page = json::array();
    for (auto i = from; i < std::min(from + size, all.size()); ++i) page.push_back(all[i]);
    return page;
}

HttpResponse says(const json& body, Headers headers = {}) {
    return {.status = 200, .headers = std::move(headers), .body = body.dump()};
}

std::size_t number_in(const std::string& text) {
    return parse_number<std::size_t>(text).value_or(0);
}

std::string parameter(const HttpRequest& request, const std::string& name) {
    return parse_target(request.url).parameter(name).value_or("");
}

struct Site {
    Site(const std::string& stream, std::function<HttpResponse(const HttpRequest&)> answer)
        : http{std::move(answer)},
          receptionist{std::make_shared<const Profile>(*parse_profile(profile_with(stream))),
                       "",
                       {.email = {}, .password = {}, .token = Secret{"t"}},
                       http,
                       clock,
                       log,
                       memory} {}

    std::set<std::string> read(TimeRange window) {
        std::set<std::string> ids;
        std::string cursor;
        for (;;) {
            const auto page = test::run(receptionist.read_page(window, cursor));
            if (!page) {
                ADD_FAILURE() << page.error().why;
                return ids;
            }
            for (const auto& call : page->calls) ids.insert(call.id.text);
            if (page->last) return ids;
            cursor = page->next;
        }
    }

    test::JumpingClock clock;
    test::KeptLog log;
    test::Memory memory;
    test::FunctionHttp http;
    Receptionist receptionist;
};

struct Dialect {
    std::string name;
    std::string stream;
    std::function<HttpResponse(const HttpRequest&, const std::vector<json>&)> answer;
};

const std::vector<Dialect> dialects{
    {"offset until a short page", R"(
    requester: { method: GET, path: /calls, query: { skip: "${offset}", take: "${page_size}" } }
    record_selector: $[*]
    paginator: { type: offset, page_size: 4 })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         return says(slice(records, number_in(parameter(request, "skip")),
                           number_in(parameter(request, "take"))));
     }},
    {"an offset in a form", R"(
    requester: { method: POST, path: /calls, form: { start: "${offset}", length: "${page_size}" } }
    record_selector: $.data[*]
    paginator: { type: offset, page_size: 4, total: $.recordsTotal })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         const auto form = parse_target("/?" + request.body);
         return says({{"data", slice(records, number_in(form.parameter("start").value_or("")),
                                     number_in(form.parameter("length").value_or("")))},
                      {"recordsTotal", records.size()}});
     }},
    {"pages until has_more is false", R"(
    requester: { method: GET, path: "/calls/${page}" }
    record_selector: $.rows[*]
    paginator: { type: page, start: 0, page_size: 4, has_more: $.more })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         const auto from = number_in(parse_target(request.url).path.substr(7)) * 3;
         return says({{"rows", slice(records, from, 3)}, {"more", from + 3 < records.size()}});
     }},
    {"GraphQL with a cursor in the variables", R"(
    requester:
      method: POST
      path: /graphql
      body:
        query: "query Calls($first: Int!, $after: String) { … }"
        variables: { first: "${=page_size}", after: "${=cursor}" }
    record_selector: $.data.calls.nodes[*]
    paginator:
      type: cursor
      page_size: 4
      cursor_path: $.data.calls.pageInfo.endCursor
      has_more: $.data.calls.pageInfo.hasNextPage)",
     [](const HttpRequest& request, const std::vector<json>& records) {
         const auto variables = json::parse(request.body).at("variables");
         if (!variables.at("first").is_number_integer()) return HttpResponse{.status = 400};
         const auto& after = variables.at("after");
         if (!after.is_null() && !after.is_string()) return HttpResponse{.status = 400};
         const auto from = after.is_null() ? 0 : number_in(after.get<std::string>().substr(1));
         const auto size = variables.at("first").get<std::size_t>();
         const json info{{"hasNextPage", from + size < records.size()},
                         {"endCursor", "k" + std::to_string(from + size)}};
         return says(
             {{"data", {{"calls", {{"nodes", slice(records, from, size)}, {"pageInfo", info}}}}}});
     }},
    {"after the last record's id", R"(
    requester: { method: GET, path: /calls, query: { limit: "${page_size}" } }
    record_selector: $.data[*]
    paginator: { type: cursor, page_size: 4, last_record_path: $.id, cursor_query: after })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         const auto after = parameter(request, "after");
         const auto from = after.empty() ? 0 : number_in(after.substr(2)) + 1;
         return says({{"data", slice(records, from, 4)}});
     }},
    {"from the last record's time, which is included", R"(
    requester: { method: GET, path: /calls }
    record_selector: $.data[*]
    paginator: { type: cursor, page_size: 4, last_record_path: $.at, cursor_query: until })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         const auto until = parse_number<std::int64_t>(parameter(request, "until"));
         std::size_t from = 0;
         while (until && from < records.size() && records[from]["at"] > *until) ++from;
         return says({{"data", slice(records, from, 4)}});
     }},
    {"up to the last record's time, which ten of them have", R"(
    requester: { method: GET, path: /calls,
                 query: { limit: "${page_size}", until: "${window.until}" } }
    record_selector: $[*]
    paginator: { type: time, page_size: 4, page_size_max: 20, last_record_path: $.created })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         const auto until = parse_utc(parameter(request, "until"));
         const auto limit = number_in(parameter(request, "limit"));
         if (!until || limit < 4 || limit > 20) return HttpResponse{.status = 400};
         std::vector<json> matching;
         for (std::size_t i = 0; i < records.size(); ++i) {
             const auto created = midnight + 24h - 1h * (i / 10);
             if (created > *until) continue;
             matching.push_back(records[i]);
             matching.back()["created"] = format_utc(created);
         }
         return says(slice(matching, 0, limit));
     }},
    {"a cursor in the body, on the first page none and on the last a stale one", R"(
    requester: { method: POST, path: /calls, body: { limit: "${=page_size}", key: "${-cursor}" } }
    record_selector: $.items[*]
    paginator: { type: cursor, page_size: 4, cursor_path: $.key, has_more: $.more })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         const auto body = json::parse(request.body);
         if (body.contains("key") && !body.at("key").is_string()) {
             return HttpResponse{.status = 400};
         }
         const auto from = number_in(body.value("key", "0"));
         const auto next = std::min(from + 3, records.size());
         return says({{"items", slice(records, from, 3)},
                      {"more", next < records.size()},
                      {"key", std::to_string(next)}});
     }},
    {"the Link header", R"(
    requester: { method: GET, path: /calls, query: { per_page: "${page_size}" } }
    record_selector: $[*]
    paginator: { type: link, page_size: 4 })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         const auto from = number_in(parameter(request, "from"));
         Headers headers{{"link", R"(<https://calls.test/calls>; rel="first")"}};
         if (from + 4 < records.size()) {
             headers[0].value +=
                 ", <https://calls.test/calls?per_page=4&from=" + std::to_string(from + 4) +
                 R"(>; title="a, b"; rel="next")";
         }
         return says(slice(records, from, 4), std::move(headers));
     }},
    {"an address in the answer", R"(
    requester: { method: GET, path: /calls, query: { size: "${page_size}" } }
    record_selector: $.items[*]
    paginator: { type: link, page_size: 4, next_path: $.links.next })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         const auto from = number_in(parameter(request, "from"));
         json body{{"items", slice(records, from, 4)}, {"links", {{"next", nullptr}}}};
         if (from + 4 < records.size()) {
             body["links"]["next"] = "/calls?from=" + std::to_string(from + 4);
         }
         return says(body);
     }},
    {"days in the site's zone", R"(
    requester: { method: GET, path: /calls,
                 query: { from: "${window.since_date}", to: "${window.day_after_until}" } }
    record_selector: $[*]
    zone: America/New_York
    paginator: { type: none })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         const bool asked =
             parameter(request, "from") == "2026-04-11" && parameter(request, "to") == "2026-04-13";
         return asked ? says(slice(records, 0, records.size())) : HttpResponse{.status = 400};
     }},
    {"no window: filtered here", R"(
    requester: { method: GET, path: /calls, query: { page: "${page}" } }
    record_selector: $[*]
    order: newest_first
    paginator: { type: page, page_size: 4 })",
     [](const HttpRequest& request, const std::vector<json>& records) {
         return says(slice(records, (number_in(parameter(request, "page")) - 1) * 4, 4));
     }}};

RC_GTEST_PROP(PagingProperty, EveryDialectIsReadToItsEnd, ()) {
    const auto count = *rc::gen::inRange(0, 30);
    const auto records = some_records(count);
    for (const auto& dialect : dialects) {
        Site site{dialect.stream,
                  [&](const HttpRequest& request) { return dialect.answer(request, records); }};
        if (std::cmp_not_equal(site.read(day).size(), count)) RC_FAIL(dialect.name);
    }
}

TEST(Paging, WithoutAWindowReadingEndsAtAPageThatIsOlder) {
    const auto records = some_records(1'000);
    const auto& dialect = dialects.back();
    Site site{dialect.stream,
              [&](const HttpRequest& request) { return dialect.answer(request, records); }};
    const TimeRange last_ten_minutes{midnight + 24h - 10min, midnight + 24h};
    EXPECT_THAT(site.read(last_ten_minutes), SizeIs(10));
    EXPECT_LE(site.http.sent.size(), 4U);
    const TimeRange before{midnight + 23h, midnight + 23h + 10min};
    EXPECT_THAT(site.read(before), SizeIs(11)) << "what is newer is left out too";
}

TEST(Paging, ARequestMayHoldWhatTheLoginCapturedAndANameTwice) {
    Site site{R"(
    requester: { method: POST, path: "/of/${auth.token}/search",
                 query: { at: ["gte.${window.since_s}", "lte.${window.until_s}"] },
                 body: { after: "${?cursor}", size: "${?page_size}" } }
    record_selector: $[*]
    paginator: { type: none })",
              [](const HttpRequest&) { return says(json::array()); }};
    site.read({midnight, midnight + 1s});
    EXPECT_EQ(site.http.sent.back().url,
              "https://calls.test/of/t/search?at=gte.1775952000&at=lte.1775952001");
    EXPECT_EQ(json::parse(site.http.sent.back().body),
              json::parse(R"({"after":null,"size":"100"})"));
}

TEST(Paging, WindowsComeInUnixTime) {
    Site site{R"(
    requester: { method: POST, path: /search,
                 body: { from: "${=window.since_ms}", to: "${=window.until_s}",
                         s: "${window.since_s}" } }
    record_selector: $[*]
    paginator: { type: none })",
              [](const HttpRequest&) { return says(json::array()); }};
    site.read({midnight + 1ms, midnight + 24h + 1ms});
    EXPECT_EQ(json::parse(site.http.sent.back().body),
              json::parse(R"({"from":1775952000001,"to":1776038401,"s":"1775952000"})"))
        << "whole seconds hold the window";
}

TEST(Paging, ALinkToAnotherSiteIsNotFollowed) {
    for (const auto* next : {"https://evil.test/calls?page=2", "//evil.test/calls",
                             "http://calls.test/calls", "https://calls.test.evil.test/x"}) {
        EXPECT_EQ(next_link(next, {}, "https://calls.test"), std::nullopt) << next;
    }
    EXPECT_EQ(next_link("https://calls.test/calls?page=2", {}, "https://calls.test/"),
              "https://calls.test/calls?page=2");
    EXPECT_EQ(next_link("?page=2", {}, "https://calls.test"), "?page=2");
}

struct AgentSite {
    HttpResponse answer(const HttpRequest& request) const {
        const auto target = parse_target(request.url);
        if (target.path == "/agents") {
            return says(
                json::parse(R"({"list":[{"id":"b 1"},{"id":"a"},{"id":null},{"id":"c"}]})"));
        }
        const auto agent = target.parameter("of").value_or("");
        if (agent != "a" && agent != "b 1" && agent != "c") {
            return {.status = 404, .headers = {}, .body = {}};
        }
        auto all = some_records(agent == "a" ? 0 : 6);
        for (auto& record : all) record["id"] = agent + record["id"].get<std::string>();
        const auto page = number_in(target.parameter("page").value_or(""));
        return says(slice(all, (page - 1) * 4, 4));
    }
    static constexpr const char* stream = R"(
    requester: { method: GET, path: /calls, query: { of: "${agent}", page: "${page}" } }
    record_selector: $[*]
    paginator: { type: page, page_size: 4 }
  agents: { requester: { method: GET, path: /agents }, record_selector: "$.list[*]", id: $.id })";
};

TEST(Paging, TheListOfAgentsHasPagesToo) {
    Site site{R"(
    requester: { method: GET, path: /calls, query: { of: "${agent}" } }
    record_selector: $[*]
    paginator: { type: none }
  agents:
    requester: { method: GET, path: /agents, query: { skip: "${offset}", take: "${page_size}" } }
    record_selector: $.list[*]
    id: $.id
    paginator: { type: offset, page_size: 2, total: $.total })",
              [](const HttpRequest& request) {
                  const auto target = parse_target(request.url);
                  if (target.path == "/calls") {
                      return says(json::array({{{"id", "of " + *target.parameter("of")},
                                                {"at", to_unix_ms(midnight + 1h)}}}));
                  }
                  const std::vector<json> all{{{"id", "a"}}, {{"id", "b"}}, {{"id", "c"}}};
                  const auto from = number_in(target.parameter("skip").value_or(""));
                  return says({{"list", slice(all, from, 2)}, {"total", 3}});
              }};
    EXPECT_EQ(site.read(day), (std::set<std::string>{"of a", "of b", "of c"}));
}

TEST(Paging, AFullPageOfOneTimeThatCannotBeLargerIsAnError) {
    Site site{R"(
    requester: { method: GET, path: /calls,
                 query: { limit: "${page_size}", until: "${window.until}" } }
    record_selector: $[*]
    paginator: { type: time, page_size: 2, page_size_max: 4, last_record_path: $.created })",
              [](const HttpRequest& request) {
                  auto records = some_records(9);
                  for (auto& record : records) record["created"] = "2026-04-12T10:00:00Z";
                  return says(slice(records, 0, number_in(parameter(request, "limit"))));
              }};
    std::string cursor;
    for (int pages = 0; pages < 9; ++pages) {
        const auto page = test::run(site.receptionist.read_page(day, cursor));
        if (!page) {
            EXPECT_THAT(page.error().why, HasSubstr("page_size_max"));
            return;
        }
        ASSERT_FALSE(page->last);
        cursor = page->next;
    }
    FAIL() << "it does not end";
}

// Ending the listing there would lose all calls behind it, and nobody would notice.
TEST(Paging, APageWhoseNextOneCannotBeReadIsAnError) {
    const std::string list =
        "    requester: { method: GET, path: /calls }\n"
        "    record_selector: $.rows[*]\n    paginator: ";
    for (const auto& [paginator, more] :
         {std::pair{"{ type: link, next_path: $.next }", R"("http://calls.test/calls?page=2")"},
          std::pair{"{ type: cursor, cursor_path: $.cursor, cursor_query: c, has_more: $.next }",
                    "true"},
          std::pair{"{ type: link, next_path: $.link, has_more: $.next }", "true"}}) {
        Site site{list + paginator, [&](const HttpRequest&) {
                      return says(json{{"rows", slice(some_records(3), 0, 3)},
                                       {"next", json::parse(more)}});
                  }};
        const auto page = test::run(site.receptionist.read_page(day, ""));
        ASSERT_FALSE(page) << paginator;
        EXPECT_THAT(page.error().why, HasSubstr("streams.calls.paginator"));
    }
    Site site{AgentSite::stream, [](const HttpRequest&) {
                  return says(json::parse(R"({"list":[{"agentId":"a"}]})"));
              }};
    EXPECT_FALSE(test::run(site.receptionist.read_page(day, ""))) << "agents whose id has moved";
}

TEST(Paging, ACursorThatComesAgainLaterIsAnError) {
    const auto records = some_records(30);
    Site site{R"(
    requester: { method: GET, path: /calls }
    record_selector: $.data[*]
    paginator: { type: cursor, cursor_path: $.next, cursor_query: cursor })",
              [&](const HttpRequest& request) {
                  const auto at = number_in(parameter(request, "cursor"));
                  const auto next = at == 24 ? 6 : at + 3;
                  return says({{"data", slice(records, at, 3)}, {"next", std::to_string(next)}});
              }};
    std::string cursor;
    auto page = test::run(site.receptionist.read_page(day, cursor));
    while (page && !page->last) page = test::run(site.receptionist.read_page(day, page->next));
    ASSERT_FALSE(page);
    EXPECT_THAT(page.error().why, HasSubstr("was read before"));
    EXPECT_LE(site.http.sent.size(), 40U);
}

// Without a total, what the site cuts off looks like the end.
TEST(Paging, ASiteThatMakesItsPagesSmallerHidesNothing) {
    const auto records = some_records(75);
    Site site{R"(
    requester: { method: GET, path: /calls, query: { page: "${page}", size: "${page_size}" } }
    record_selector: $.data[*]
    paginator: { type: page, start: 0, page_size: 100 })",
              [&](const HttpRequest& request) {
                  const auto page = number_in(parameter(request, "page"));
                  return says({{"data", slice(records, page * 50, 50)}});
              }};
    EXPECT_THAT(site.read(day), SizeIs(75));
}

TEST(Paging, ATotalThatCountsOnlyItsPageHidesNothing) {
    const auto records = some_records(25);
    Site site{R"(
    requester: { method: GET, path: /calls, query: { page: "${page}", size: "${page_size}" } }
    record_selector: $.data[*]
    paginator: { type: page, start: 0, page_size: 10, total: $.total })",
              [&](const HttpRequest& request) {
                  const auto page = slice(records, 10 * number_in(parameter(request, "page")), 10);
                  return says({{"data", page}, {"total", page.size()}});
              }};
    EXPECT_THAT(site.read(day), SizeIs(25));
}

TEST(Paging, RequestsKeepTheProfilesPace) {
    auto text = profile_with(dialects.front().stream);
    text.insert(text.find("auth:"), "request_defaults: { requests_per_minute: 20 }\n");
    test::JumpingClock clock;
    test::KeptLog log;
    test::Memory memory;
    const auto records = some_records(20);
    test::FunctionHttp http{
        [&](const HttpRequest& request) { return dialects.front().answer(request, records); }};
    Receptionist receptionist{std::make_shared<const Profile>(*parse_profile(text)),
                              "",
                              {{}, {}, Secret{"t"}},
                              http,
                              clock,
                              log,
                              memory};
    const auto began = clock.now();
    std::string cursor;
    for (int i = 0; i < 5; ++i) cursor = test::run(receptionist.read_page(day, cursor))->next;
    EXPECT_EQ(clock.now() - began, 12s);
}

TEST(Paging, JsonInAParameterIsSentAsText) {
    Site site{
        R"(
    requester:
      method: GET
      path: /calls
      query:
        input: { "0": { take: "${=page_size}", cursor: "${-=cursor}" } }
        after: "${-cursor}"
    record_selector: $.calls[*]
    paginator: { type: cursor, cursor_path: $.next, page_size: 1 })",
        [](const HttpRequest& request) {
            const auto target = parse_target(request.url);
            const auto input = target.parameter("input").value_or("");
            const bool first = input == R"({"0":{"take":1}})" && !target.parameter("after");
            const bool second =
                input == R"({"0":{"cursor":7,"take":1}})" && target.parameter("after") == "7";
            if (!first && !second) return HttpResponse{.status = 400, .headers = {}, .body = "{}"};
            return says({{"calls", {{{"id", first ? "c_1" : "c_2"}, {"at", 1776006245}}}},
                         {"next", first ? json(7) : json()}});
        }};
    EXPECT_THAT(site.read(day), SizeIs(2)) << "what there is nothing for is left out";
}

TEST(Paging, AnObjectOfRecordsIsAListOfThem) {
    Site site{
        R"(
    requester: { method: GET, path: /calls }
    record_selector: $.calls[*]
    paginator: { type: none })",
        [](const HttpRequest&) {
            return says(json::parse(R"({"calls":{"a1":{"id":"c_1","at":1776006245},
                                                 "a2":{"id":"c_2","at":1776006246}}})"));
        }};
    EXPECT_THAT(site.read(day), SizeIs(2));
}

TEST(Paging, ADetailIsMergedOverTheListedRecord) {
    Site site{
        R"(
    requester: { method: GET, path: /calls }
    record_selector: $[*]
    paginator: { type: none }
    detail:
      request:
        method: POST
        path: "/calls/${record.meta.slug}"
        query: { of: "${auth.token}" }
        body: { id: "${=record.n}" }
      record: $.call)",
        [](const HttpRequest& request) {
            const auto path = parse_target(request.url).path;
            if (path == "/calls") {
                return says(json::parse(R"([{"id":"c_1","at":1776006245,"n":7,
                                                   "meta":{"slug":"a b","tag":1}}])"));
            }
            if (request.url != "https://calls.test/calls/a%20b?of=t" ||
                request.body != R"({"id":7})") {
                return HttpResponse{.status = 404, .headers = {}, .body = "{}"};
            }
            return says(
                json::parse(R"({"call":{"id":"","at":null,"meta":{"slug":"other"},"n":8}})"));
        }};
    const auto page = test::run(site.receptionist.read_page(day, ""));
    ASSERT_TRUE(page);
    ASSERT_THAT(page->records, SizeIs(1));
    const auto whole = test::run(site.receptionist.read_detail(page->records[0].raw));
    ASSERT_TRUE(whole) << whole.error().why;
    EXPECT_EQ(whole->call.id, "c_1") << "what is blank in the detail replaces nothing";
    const auto survey = test::run(site.receptionist.survey(day));
    ASSERT_TRUE(survey);
    EXPECT_EQ(survey->records, 1);
}

TEST(Paging, CallsListedByAgentAreReadForEach) {
    const AgentSite agents;
    Site site{AgentSite::stream,
              [&](const HttpRequest& request) { return agents.answer(request); }};
    EXPECT_THAT(site.read(day), SizeIs(12));
    const auto asked = site.http.sent.size();
    EXPECT_THAT(site.read(day), SizeIs(12));
    EXPECT_EQ(site.http.sent.size(), 2 * asked) << "new agents are found";
    Receptionist one{*parse_profile(profile_with(AgentSite::stream)),
                     "",
                     {.email = {}, .password = {}, .token = Secret{"t"}},
                     site.http,
                     site.clock,
                     site.log,
                     site.memory,
                     {"c"}};
    const auto page = test::run(one.read_page(day, ""));
    ASSERT_TRUE(page);
    EXPECT_THAT(page->calls, SizeIs(4));
}

TEST(Paging, ASignedAddressIsNoChangeOfARecord) {
    const auto hash = [](const std::string& url) {
        return hash_of_record(R"({"id":1,"url":")" + url + R"(","end":"?"})");
    };
    EXPECT_EQ(hash("https://r.test/1.mp3?sig=a"), hash("https://r.test/1.mp3?sig=b#x"));
    EXPECT_NE(hash("https://r.test/1.mp3?sig=a"), hash("https://r.test/2.mp3?sig=a"));
    EXPECT_NE(hash_of_record(R"({"q":"why?"})"), hash_of_record(R"({"q":"why? Because."})"));
}

std::vector<ParseError> faults_of(const std::string& stream) {
    return test::faults_in(profile_with(stream));
}

TEST(Paging, AProfileThatCannotWorkIsRefused) {
    const auto with_paginator = [](const std::string& paginator) {
        return "    requester: { method: GET, path: /calls }\n    record_selector: $[*]\n"
               "    paginator: " +
               paginator;
    };
    const std::string path = "streams.calls.paginator";
    EXPECT_THAT(faults_of(with_paginator("{ type: offset }")), test::fault(path, "${offset}"));
    EXPECT_THAT(faults_of(with_paginator("{ type: page }")), test::fault(path, "${page}"));
    EXPECT_THAT(faults_of(with_paginator("{ type: cursor, cursor_path: $.next }")),
                test::fault(path, "cursor_query"));
    EXPECT_THAT(faults_of("    requester: { method: GET, path: \"/${agent}\" }\n"
                          "    record_selector: $[*]\n    paginator: { type: none }"),
                test::fault("streams.agents", "${agent}"));
    EXPECT_THAT(faults_of(with_paginator("{ type: none }\n    detail: { record: $, request: "
                                         "{ method: GET, path: /calls } }")),
                test::fault("streams.calls.detail.request", "${record.NAME}"));
    EXPECT_THAT(faults_of(with_paginator("{ type: link, next_path: \"$.a[*]\" }")),
                test::fault(path + ".next_path", "one value"));
    EXPECT_THAT(faults_of("    requester: { method: POST, path: /c, body: { a: \"n ${=page}\" } }\n"
                          "    record_selector: $[*]\n    paginator: { type: page }"),
                test::fault("streams.calls.requester.body.a", "text around"));
    EXPECT_THAT(faults_of("    requester: { method: POST, path: /c, form: { a: b }, body: {} }\n"
                          "    record_selector: $[*]\n    paginator: { type: none }"),
                test::fault("streams.calls.requester.form", "beside"));
}

}  // namespace
}  // namespace ringbridge::receptionist
