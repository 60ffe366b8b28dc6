// What a profile may contain, and how its errors are reported.
#include "receptionist/profile.hpp"

#include "receptionist/faults_for_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringbridge::receptionist {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto small_profile = R"(
version: 1
name: other
label: Other
property_prefix: other
base_url: https://calls.example
auth:
  session: { header: { name: Authorization, value: "Bearer ${auth.token}" } }
  token_expiration: { strategy: none }
streams:
  calls:
    requester: { method: GET, path: /list }
    record_selector: $.data.items[*]
    shortest_interval: 90s
    paginator: { type: cursor, cursor_path: $.next, cursor_query: after, max_pages: 7 }
call_mapping: { id: $.uuid, called_at: "$.times[0]" }
)";

std::string with(std::string from, std::string to) {
    std::string text = small_profile;
    text.replace(text.find(from), from.size(), to);
    return text;
}

TEST(Profile, BuiltinProfilesAreNamedAfterTheirFiles) {
    EXPECT_THAT(builtin_profile_names(), Contains("goodcall"));
    for (const auto& name : builtin_profile_names()) EXPECT_EQ(builtin_profile(name).name, name);
}

TEST(Profile, GoodCallMatchesTheContract) {
    const auto profile = builtin_profile("goodcall");
    EXPECT_EQ(profile.label, "GoodCall");
    EXPECT_EQ(profile.property_prefix, "goodcall");
    EXPECT_EQ(profile.base_url, "https://ai.goodcall.com");
    EXPECT_THAT(profile.headers, Contains(std::pair{"Origin", "https://ai.goodcall.com"}));
    EXPECT_THAT(profile.auth.steps, SizeIs(2));
    EXPECT_EQ(profile.auth.steps[1].request.json_body,
              R"({"email":"${credentials.email}","password":"${credentials.password}"})");
    EXPECT_EQ(profile.auth.refresh_before, std::chrono::days{7});
    EXPECT_EQ(profile.calls.record_selector.text, "$.calls[*]");
    EXPECT_TRUE(std::holds_alternative<PageNumbers>(profile.calls.paging.paginator));
    EXPECT_EQ(to_text(profile.mapping.texts.front().value_or(Source{})), "$.customerPhone");
}

TEST(Profile, CursorsAndHeaderTokensAreSupported) {
    const auto profile = parse_profile(small_profile);
    ASSERT_TRUE(profile) << profile.error()[0].path << " " << profile.error()[0].why;
    EXPECT_THAT(profile->auth.session.headers, SizeIs(1));
    EXPECT_EQ(std::get<Cursors>(profile->calls.paging.paginator).query, "after");
    EXPECT_EQ(profile->calls.paging.max_pages, 7);
    EXPECT_EQ(profile->calls.shortest_interval, std::chrono::seconds{90});
    EXPECT_THAT(profile->auth.steps, IsEmpty());
}

TEST(Profile, AllErrorsAreReportedAtOnce) {
    auto text = with("version: 1", "version: 3");
    text.replace(text.find("/list"), 5, "list");
    text.replace(text.find("strategy: none"), 14, "strategy: non");
    EXPECT_THAT(test::faults_in(text),
                testing::UnorderedElementsAre(
                    test::is_fault("version", "must be 1"),
                    test::is_fault("streams.calls.requester.path", "must begin with /"),
                    test::is_fault("auth.token_expiration.strategy", "did you mean \"none\"?")));
}

struct Wrong {
    const char* from;
    const char* to;
    const char* path;
    const char* why;
};
class WrongProfile : public testing::TestWithParam<Wrong> {};

TEST_P(WrongProfile, IsReportedWithItsPath) {
    const auto& [from, to, path, why] = GetParam();
    EXPECT_THAT(test::faults_in(with(from, to)), ElementsAre(test::is_fault(path, why)));
}

INSTANTIATE_TEST_SUITE_P(
    Profile, WrongProfile,
    testing::Values(
        Wrong{"label: Other", "lable: Other\nlabel: Other", "lable", "did you mean \"label\"?"},
        Wrong{"label: Other", "", "label", "is missing"},
        Wrong{"label: Other", "label: [Other]", "label", "must be a string"},
        Wrong{"label: Other", "label: Other\nlabel: Again", "label", "is given twice"},
        Wrong{"name: other", "name: Other One", "name", "lower-case letters"},
        Wrong{"https://calls", "ftp://calls", "base_url", "https://"},
        Wrong{"method: GET", "method: PUT", "streams.calls.requester.method",
              "valid here: GET, POST"},
        Wrong{"$.data.items[*]", "$.data.items", "streams.calls.record_selector", "end in [*]"},
        Wrong{"$.uuid", "uuid", "call_mapping.id", "must be a path"},
        Wrong{"$.uuid", "\"$.uuids[*]\"", "call_mapping.id", "one value"},
        Wrong{"id: $.uuid", "id: $.uuid, outcome: $.status", "call_mapping.outcome",
              "must be a map"},
        Wrong{"id: $.uuid", "id: $.uuid, outcome: { path: $.status }",
              "call_mapping.outcome.missed", "is missing"},
        Wrong{"id: $.uuid", "id: $.uuid, outcome: { path: $.status, missed: [] }",
              "call_mapping.outcome.missed", "name at least one"},
        Wrong{"max_pages: 7", "max_pages: many", "streams.calls.paginator.max_pages",
              "whole number"},
        Wrong{"${auth.token}", "${auth.tokn}", "auth.session.header.value",
              "did you mean \"auth.token\"?"},
        Wrong{"${auth.token}", "${auth.token", "auth.session.header.value", "without a closing"},
        Wrong{"header: {", "heather: {}, header: {", "auth.session.heather", "\"header\""},
        Wrong{"type: cursor, cursor_path: $.next, cursor_query: after", "type: page",
              "streams.calls.paginator", "needs ${page}"},
        Wrong{"{ id: $.uuid, called_at: \"$.times[0]\" }", "3", "call_mapping", "must be a map"}),
    [](const auto& info) { return "case_" + std::to_string(info.index); });

TEST(Profile, ErrorsInLoginStepsNameTheStep) {
    const auto text = with("auth:\n", R"(auth:
  steps:
    - id: one
      request: { method: GET, path: /one }
      capture: { ticket: { from: body, path: $.ticket } }
    - id: two
      request: { method: POST, path: two, headers: { X-Ticket: "${steps.one.tiket}" } }
      capture: { token: { from: coookie, name: t } }
)");
    EXPECT_THAT(test::faults_in(text),
                testing::UnorderedElementsAre(
                    test::is_fault("auth.steps[1].request.path", "must begin with /"),
                    test::is_fault("auth.steps[1].request.headers.X-Ticket",
                                   "did you mean \"steps.one.ticket\"?"),
                    test::is_fault("auth.steps[1].capture.token.from", "\"cookie\"?"),
                    test::is_fault("auth.steps[1].capture.token.path", "is missing"),
                    test::is_fault("auth.steps[1].capture.token.name", "is unknown")));
}

TEST(Profile, StepsWithoutATokenAreAnError) {
    const auto text =
        with("auth:\n", "auth:\n  steps: [ { id: one, request: { method: GET, path: /x } } ]\n");
    EXPECT_THAT(test::faults_in(text), ElementsAre(test::is_fault("auth.steps", "named token")));
}

TEST(Profile, InvalidYamlIsReported) {
    for (const auto* text : {"", "[1, 2]", "just words", "a: [", "&a [*a]", "\"\\xZZ\""}) {
        EXPECT_FALSE(parse_profile(text)) << text;
    }
    EXPECT_THAT(test::faults_in("a: ["), ElementsAre(test::is_fault("", "is not YAML")));
}

TEST(Profile, ABodyThatContainsItselfIsRefused) {
    const auto text = with("path: /list", "path: /list, body: &loop { again: *loop }");
    EXPECT_THAT(test::faults_in(text), ElementsAre(Field(&ParseError::why, HasSubstr("too deep"))));
}

TEST(Profile, BodiesKeepTheirStructureAndTypes) {
    const auto text = with(
        "path: /list", R"(path: /list, body: { a: { b: [1, "2", x, true, null] }, c: "${page}" })");
    const auto profile = parse_profile(text);
    ASSERT_TRUE(profile);
    EXPECT_EQ(profile->calls.requester.json_body,
              R"({"a":{"b":[1,"2","x",true,null]},"c":"${page}"})");
}

TEST(JsonPath, ReadsNamesIndexesAndStars) {
    EXPECT_THAT(parse_json_path("$.a[2].b").value_or(JsonPath{}).steps, SizeIs(3));
    EXPECT_TRUE(parse_json_path("$[*]").value_or(JsonPath{}).is_list());
    EXPECT_FALSE(parse_json_path("$.a[*].b[*]").value_or(JsonPath{}).is_list());
    EXPECT_EQ(parse_json_path("$['a b.c'][0]").value_or(JsonPath{}).steps,
              (std::vector<JsonPath::Step>{"a b.c", std::size_t{0}}));
    EXPECT_THAT(parse_json_path("$").value_or(JsonPath{}).steps, IsEmpty());
    for (const auto* text : {"", "a", "$a", "$.", "$..a", "$['']", "$['a]", "$.a[", "$.a[x]",
                             "$.a[-1]", "$.a]", "$.a[99999999999999999999]"}) {
        EXPECT_FALSE(parse_json_path(text)) << text;
    }
}

constexpr auto small_webhook = R"(
webhook:
  signatures: [{ header: X-Signature }]
  record: $
call_mapping:)";

std::string with_webhook(std::string from, std::string to) {
    auto text = with("\ncall_mapping:", small_webhook);
    text.replace(text.find(from), from.size(), to);
    return text;
}

TEST(Webhooks, ASignatureIsAHexDigestOfTheBodyUnlessItSaysOtherwise) {
    const auto profile = parse_profile(with_webhook("", ""));
    ASSERT_TRUE(profile);
    ASSERT_TRUE(profile->webhook);
    const auto& signature = profile->webhook->signatures.at(0);
    EXPECT_THAT(signature.headers, ElementsAre("X-Signature"));
    EXPECT_EQ(signature.covers, "${body}");
    EXPECT_EQ(signature.encoding, Signature::Encoding::hex);
    EXPECT_TRUE(profile->webhook->is_believed());
}

TEST(Webhooks, WhatIsWrongIsNamedWithItsPlace) {
    const std::string one = "{ header: X-Signature }";
    EXPECT_THAT(test::faults_in(with_webhook(one, "{ header: X, covers: \"${text}\" }")),
                test::fault("webhook.signatures[0].covers", "may contain ${body}"));
    EXPECT_THAT(
        test::faults_in(with_webhook(one, "{ header: X, covers: \"${timestamp}.${body}\" }")),
        ElementsAre(test::is_fault("webhook.signatures[0]", "needs timestamp")));
    EXPECT_THAT(test::faults_in(with_webhook(one, "{ header: X, timestamp_header: T }")),
                ElementsAre(test::is_fault("webhook.signatures[0]", "does not cover")));
    EXPECT_THAT(test::faults_in(with_webhook(one, "{ header: X, covers: \"${record.id}\" }")),
                ElementsAre(test::is_fault("webhook.detail", "is needed")));
    EXPECT_THAT(test::faults_in(with_webhook("[" + one + "]", "[]")),
                test::fault("webhook", "needs signatures or secret_headers"));
    EXPECT_THAT(test::faults_in(with_webhook("record: $", "record: $\n  event: { path: $.e }")),
                test::fault("webhook.event.finished", "at least one"));
    EXPECT_THAT(test::faults_in(with_webhook("record: $", "record: $\n  secret: x")),
                test::fault("webhook.secret", ""));
}

}  // namespace
}  // namespace ringbridge::receptionist
