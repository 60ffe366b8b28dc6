// Every kind of response from HubSpot or the network in front of it, and what to do about it.
#include "hubspot/answer.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace ringbridge::hubspot {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

enum class Kind { done, refused, wait, unsure, unauthorized };

Kind kind_of(const Verdict& verdict) { return static_cast<Kind>(verdict.index()); }

constexpr const char* page = "<!DOCTYPE html><html><body>We'll be right back</body></html>";
constexpr const char* json = R"({"results":[]})";

struct Case {
    const char* name;
    int status;
    const char* body;
    Kind when_read, when_written;
};

constexpr UtcTime now{Milliseconds{1'775'991'845'000}};

class Classification : public testing::TestWithParam<Case> {};

TEST_P(Classification, NamesTheNextMove) {
    const auto& [name, status, body, when_read, when_written] = GetParam();
    const HttpResponse response{status, {}, body};
    EXPECT_EQ(kind_of(classify(response, Repeat::safe, now)), when_read) << "read";
    EXPECT_EQ(kind_of(classify(response, Repeat::unsafe, now)), when_written) << "write";
}

INSTANTIATE_TEST_SUITE_P(
    HubSpot, Classification,
    testing::Values(Case{"json", 200, json, Kind::done, Kind::done},
                    Case{"json_after_white_space", 200, "\r\n {}", Kind::done, Kind::done},
                    Case{"page_in_place_of_json", 200, page, Kind::wait, Kind::unsure},
                    Case{"created_without_a_body", 201, "", Kind::done, Kind::done},
                    Case{"no_content", 204, "", Kind::done, Kind::done},
                    Case{"multi_status", 207, json, Kind::done, Kind::done},
                    Case{"redirect", 302, page, Kind::wait, Kind::wait},
                    Case{"not_modified", 304, "", Kind::wait, Kind::wait},
                    Case{"moved_for_good", 308, json, Kind::wait, Kind::wait},
                    Case{"proxy_wants_a_login", 407, page, Kind::wait, Kind::wait},
                    Case{"malformed_json", 400,
                         R"({"status":"error","message":"Invalid input JSON on line 3"})",
                         Kind::refused, Kind::refused},
                    Case{"missing_scopes", 403, R"({"category":"MISSING_SCOPES"})", Kind::refused,
                         Kind::refused},
                    Case{"gone_with_a_page", 404, page, Kind::refused, Kind::refused},
                    Case{"gone_without_a_body", 404, "", Kind::refused, Kind::refused},
                    Case{"no_such_method", 405, page, Kind::refused, Kind::refused},
                    Case{"request_timeout", 408, "", Kind::wait, Kind::unsure},
                    Case{"conflict", 409, R"({"category":"CONFLICT"})", Kind::refused,
                         Kind::refused},
                    Case{"too_many_identities", 414, "", Kind::refused, Kind::refused},
                    Case{"bad_token", 401, R"({"category":"INVALID_AUTHENTICATION"})",
                         Kind::unauthorized, Kind::unauthorized},
                    Case{"locked", 423, "", Kind::wait, Kind::wait},
                    Case{"rate_limit", 429, "", Kind::wait, Kind::wait},
                    Case{"rate_limit_page", 429, page, Kind::wait, Kind::wait},
                    Case{"account_moving", 477, "", Kind::wait, Kind::wait},
                    Case{"fault", 500, page, Kind::wait, Kind::unsure},
                    Case{"bad_gateway", 502, page, Kind::wait, Kind::unsure},
                    Case{"unavailable", 503, "", Kind::wait, Kind::unsure},
                    Case{"gateway_timeout", 504, page, Kind::wait, Kind::unsure},
                    Case{"no_answer_in_100_s", 524, page, Kind::wait, Kind::unsure}),
    [](const auto& the) { return std::string{the.param.name}; });

Milliseconds wait_of(int status, const std::string& body, Headers headers = {}) {
    const auto verdict =
        classify(HttpResponse{status, std::move(headers), body}, Repeat::unsafe, now);
    EXPECT_EQ(kind_of(verdict), Kind::wait);
    return std::get<Wait>(verdict).at_least;
}

constexpr const char* daily =
    R"({"status":"error","message":"You have reached your daily limit.","policyName":"DAILY"})";
constexpr const char* burst =
    R"({"status":"error","message":"You have reached your ten_secondly_rolling limit.",
        "policyName":"TEN_SECONDLY_ROLLING"})";
constexpr const char* search =
    R"({"status":"error","message":"You have reached your secondly limit.",
        "category":"RATE_LIMITS"})";

TEST(RateLimit, WithoutRetryAfterWaitsForThePolicysWindow) {
    EXPECT_EQ(wait_of(429, burst), 10s);
    EXPECT_EQ(wait_of(429, search), 1s);
    EXPECT_EQ(wait_of(429, daily), 1h);
    EXPECT_EQ(wait_of(429, ""), 1s);
    EXPECT_EQ(wait_of(429, R"({"message":["no","text"],"policyName":7})"), 1s);
}

std::string reason_of(const HttpResponse& response) {
    return std::get<Wait>(classify(response, Repeat::unsafe, now)).why;
}

// Longer than a run waits: it ends at once, with a message for whoever can fix it.
TEST(Misled, AResponseFromAProxyOrAnotherServerEndsTheRunWithTheCause) {
    const HttpResponse redirect{302, {{"Location", "https://login.example.com/?back=1"}}, page};
    EXPECT_EQ(reason_of(redirect),
              "HUBSPOT_BASE_URL is not the address of HubSpot's API: it answered 302, a redirect "
              "to https://login.example.com; or a proxy in between requires a login in a browser");
    EXPECT_THAT(reason_of({307, {}, ""}), HasSubstr("HUBSPOT_BASE_URL"));
    EXPECT_THAT(reason_of({407, {}, page}), HasSubstr("HTTPS_PROXY"));
    for (const int status : {301, 302, 307, 308, 407}) EXPECT_GT(wait_of(status, page), 90s);
}

// Other requests would hit the limit too; whether they would hit one request's error is unknown.
TEST(RateLimit, AppliesToAllRequestsAndAnErrorDoesNot) {
    for (const auto* body : {burst, search, daily, ""}) {
        EXPECT_TRUE(
            std::get<Wait>(classify(HttpResponse{429, {}, body}, Repeat::safe, now)).for_all);
    }
    for (const int status : {423, 477, 502}) {
        EXPECT_FALSE(
            std::get<Wait>(classify(HttpResponse{status, {}, ""}, Repeat::safe, now)).for_all);
    }
}

TEST(RateLimit, RetryAfterIsObeyedExceptForTheDailyLimit) {
    EXPECT_EQ(wait_of(429, burst, {{"retry-after", "7"}}), 7s);
    EXPECT_EQ(wait_of(429, search, {{"Retry-After", "3"}}), 3s);
    EXPECT_EQ(wait_of(429, daily, {{"Retry-After", "1"}}), 1h);
    EXPECT_EQ(wait_of(429, burst, {{"Retry-After", "soon"}}), 10s);
}

TEST(RateLimit, AnAbsurdRetryAfterIsCappedAtADay) {
    for (const auto seconds : {1'000'000LL, std::numeric_limits<long long>::max()}) {
        const Headers headers{{"Retry-After", std::to_string(seconds)}};
        EXPECT_EQ(wait_of(429, burst, headers), 24h) << seconds;
        EXPECT_EQ(wait_of(477, "", headers), 24h) << seconds;
    }
    EXPECT_GE(wait_of(429, burst, {{"Retry-After", "-9223372036854775808"}}), 0s);
}

TEST(Migration, WaitsForRetryAfterOrAMinute) {
    EXPECT_EQ(wait_of(477, "", {{"Retry-After", "120"}}), 2min);
    EXPECT_EQ(wait_of(477, ""), 1min);
}

TEST(Lock, WaitsAtLeastTwoSeconds) { EXPECT_EQ(wait_of(423, ""), 2s); }

TEST(LostExchange, AWriteIsRetriedIfNeverSentAndUnsureIfPerhapsSent) {
    const std::expected<HttpResponse, Lost> never = std::unexpected{Lost{false, "no route"}};
    const std::expected<HttpResponse, Lost> perhaps = std::unexpected{Lost{true, "reset"}};
    EXPECT_EQ(kind_of(classify(never, Repeat::safe, now)), Kind::wait);
    EXPECT_EQ(kind_of(classify(never, Repeat::unsafe, now)), Kind::wait);
    EXPECT_EQ(kind_of(classify(perhaps, Repeat::safe, now)), Kind::wait);
    EXPECT_EQ(kind_of(classify(perhaps, Repeat::unsafe, now)), Kind::unsure);
}

TEST(Refusal, QuotesHubSpotAndTheMissingScopes) {
    const auto verdict = classify(
        HttpResponse{403,
                     {},
                     R"({"status":"error","category":"MISSING_SCOPES","message":"Not granted.",
                         "errors":[{"context":{"requiredGranularScopes":
                         ["crm.objects.contacts.write","crm.objects.contacts.read"]}}]})"},
        Repeat::unsafe, now);
    const auto& refused = std::get<Refused>(verdict);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.category, "MISSING_SCOPES");
    EXPECT_TRUE(is_missing_scope(refused));
    EXPECT_EQ(refused.message,
              "Not granted. Required: crm.objects.contacts.write, crm.objects.contacts.read");
}

TEST(Refusal, IsAboutTheTokenOnlyInHubSpotsOwnWords) {
    for (const auto* body : {page, "", "{}", R"({"status":"error","message":"no"})",
                             R"({"category":"VALIDATION_ERROR"})"}) {
        const auto verdict = classify(HttpResponse{403, {}, body}, Repeat::unsafe, now);
        EXPECT_FALSE(is_missing_scope(std::get<Refused>(verdict))) << body;
    }
}

TEST(Refusal, NamesThePropertiesThatItIsAbout) {
    const auto named_in = [](const char* body) {
        return std::get<Refused>(classify(HttpResponse{400, {}, body}, Repeat::unsafe, now))
            .properties;
    };
    const RefusedProperty missing{"goodcall_x", "PROPERTY_DOESNT_EXIST"};
    EXPECT_THAT(named_in(R"({"category":"VALIDATION_ERROR","message":"no",
                             "errors":[{"code":"PROPERTY_DOESNT_EXIST",
                                        "context":{"propertyName":["goodcall_x"]}}]})"),
                testing::ElementsAre(missing));
    EXPECT_THAT(named_in(R"({"message":"Property values were not valid: [{\"isValid\":false,)"
                         R"(\"error\":\"PROPERTY_DOESNT_EXIST\",\"name\":\"goodcall_x\"}]"})"),
                testing::ElementsAre(missing));
    for (const auto* body : {R"({"message":"no [names]"})", R"({"errors":[{"context":7}]})",
                             R"({"message":"[7,{}]","errors":[{"context":{"propertyName":7}}]})"}) {
        EXPECT_THAT(named_in(body), testing::IsEmpty()) << body;
    }
}

TEST(Refusal, WithAWebPageHasTheStatusAsItsMessage) {
    const auto verdict = classify(HttpResponse{404, {}, page}, Repeat::safe, now);
    EXPECT_EQ(std::get<Refused>(verdict).message, "HTTP 404");
}

TEST(Refusal, CutShortIsRetriedBecauseItMayBeAboutTheToken) {
    for (const auto* body : {R"({"status":"error","category":"MISSING_SC)", "{"}) {
        EXPECT_TRUE(std::holds_alternative<Wait>(classify(
            HttpResponse{.status = 403, .headers = {}, .body = body}, Repeat::unsafe, now)));
    }
}

TEST(Refusal, MessageIsTruncated) {
    const auto body = R"({"message":")" + std::string(100'000, 'x') + "\"}";
    const auto verdict = classify(HttpResponse{400, {}, body}, Repeat::unsafe, now);
    EXPECT_THAT(std::get<Refused>(verdict).message, SizeIs(testing::Le(600U)));
}

TEST(ErrorBodyCodec, AcceptsAnyBody) {
    for (const auto* body : {"", "null", "7", "[]", "{", R"({"errors":7})", R"({"errors":[7]})",
                             R"({"errors":[{"context":null}]})", "\xff\xfe"}) {
        EXPECT_EQ(decode_error(body).message, "") << body;
    }
}

}  // namespace
}  // namespace ringbridge::hubspot
