// Recordings that lack something, and those that nobody recorded: each ends in a profile that
// parses, or in a sentence.
#include "learn/sites_for_tests.hpp"
#include "receptionist/profile.hpp"

#include <rapidcheck/gtest.h>

#include <memory>

namespace ringbridge::learn::test {
namespace {

using testing::HasSubstr;

// --- Recordings that lack something
// ----------------------------------------------------------------

TEST(Learn, SanitizedRecordingsYieldTheListOfCalls) {
    CookieSite site;
    const auto run = learn_site(site, [](Browser& browser) { browser.sanitized = true; });
    ASSERT_TRUE(run.learned) << run.learned.error();
    EXPECT_FALSE(run.learned->todo.empty());
    EXPECT_THAT(run.learned->profile, HasSubstr(std::string{todo_mark}));
    EXPECT_THAT(run.learned->profile, HasSubstr("caller_phone: $.customerPhone"));
    EXPECT_TRUE(parse_profile(run.learned->profile));
    expect_no_secret(*run.learned);
}

TEST(Learn, RecordingsWithoutALoginYieldTheListOfCalls) {
    for (const bool provider : {false, true}) {
        std::unique_ptr<Site> site;
        if (provider) {
            site = std::make_unique<ProviderSite>();
        } else {
            site = std::make_unique<GraphqlSite>();
        }
        auto har = json::parse(learn_site(*site).har);
        auto& entries = har["log"]["entries"];
        entries.erase(entries.begin(), entries.end() - 2);
        const auto learned = learn(har.dump());
        ASSERT_TRUE(learned) << learned.error();
        EXPECT_FALSE(learned->todo.empty());
        EXPECT_THAT(learned->profile, HasSubstr("Bearer ${auth.token}"));
        expect_no_secret(*learned);
    }
}

TEST(Learn, WhatIsNoRecordingSaysWhatToRecord) {
    const auto refuses_with = [](const std::string& text, const char* why) {
        const auto learned = learn(text);
        ASSERT_FALSE(learned);
        EXPECT_THAT(learned.error(), testing::AllOf(HasSubstr(why), HasSubstr("Preserve log")));
    };
    refuses_with("", "empty");
    refuses_with("{}", "not a HAR");
    refuses_with("[1,2", "not a HAR");
    refuses_with("PK\x03\x04", "zip");
    refuses_with(R"({"log":{"entries":[]}})", "no contents");
    GraphqlSite site;
    auto har = json::parse(learn_site(site).har);
    for (auto& entry : har["log"]["entries"]) entry["response"]["content"].erase("text");
    refuses_with(har.dump(), "no contents");
    har["log"]["entries"] = json::array({har["log"]["entries"][0]});
    har["log"]["entries"][0]["response"]["content"]["text"] = "<html>";
    refuses_with(har.dump(), "list of calls");
}

TEST(Learn, ContentsMayBeBase64) {
    CookieSite site;
    const auto run = learn_site(site);
    auto har = json::parse(run.har);
    for (auto& entry : har["log"]["entries"]) {
        auto& content = entry["response"]["content"];
        auto text = base64url(content["text"].get<std::string>());
        for (auto& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
        content["text"] = text;
        content["encoding"] = "base64";
    }
    EXPECT_EQ(learn(har.dump())->profile, run.learned->profile);
}

// --- Hostile input
// ---------------------------------------------------------------------------------

RC_GTEST_PROP(LearnProperty, ACutRecordingEndsInAProfileOrASentence, ()) {
    static const auto har = [] {
        CookieSite site;
        return learn_site(site).har;
    }();
    const auto end = *rc::gen::inRange<std::size_t>(0, har.size());
    const auto learned = learn(har.substr(0, end));
    if (learned) {
        RC_ASSERT(parse_profile(learned->profile).has_value());
    } else {
        RC_ASSERT(!learned.error().empty());
        if (learned.error().contains("not valid")) RC_FAIL(learned.error());
    }
}

// Any value of a recording replaced by any other.
void replace_some(json& value, int& until, const json& with) {
    if (--until == 0) {
        value = with;
        return;
    }
    if (!value.is_structured() || until < 0) return;
    for (auto& member : value) replace_some(member, until, with);
}

RC_GTEST_PROP(LearnProperty, WrongTypesEndInAProfileOrASentence, ()) {
    static const std::array hars{[] {
                                     CookieSite site;
                                     return learn_site(site).har;
                                 }(),
                                 [] {
                                     FormSite site;
                                     return learn_site(site).har;
                                 }(),
                                 [] {
                                     CodeSite site;
                                     return learn_site(site).har;
                                 }()};
    auto har = json::parse(*rc::gen::elementOf(hars));
    static const std::vector<json> values{nullptr,
                                          7,
                                          -1.5e300,
                                          "",
                                          "text",
                                          json::array(),
                                          json::object(),
                                          true,
                                          json::array({json::object()}),
                                          "${x",
                                          "\n\"': #{}[]",
                                          std::string(3000, 'a')};
    for (int i = 0; i < 4; ++i) {
        auto until = *rc::gen::inRange(2, 900);
        replace_some(har, until, *rc::gen::elementOf(values));
    }
    const auto learned = learn(har.dump());
    if (!learned && learned.error().contains("not valid")) RC_FAIL(learned.error());
    if (learned) RC_ASSERT(parse_profile(learned->profile).has_value());
}

RC_GTEST_PROP(LearnProperty, OddTextsInRecordsAndRequestsDoNotBreakTheProfile,
              (const std::string& odd)) {
    CookieSite site;
    auto har = json::parse(learn_site(site).har, nullptr, false);
    for (auto& entry : har["log"]["entries"]) {
        auto& content = entry["response"]["content"];
        auto body = json::parse(content.value("text", ""), nullptr, false);
        if (!body.is_object()) continue;
        body[odd] = odd;
        if (body.contains("data"))
            for (auto& record : body["data"]) record[odd] = odd;
        content["text"] = body.dump(-1, ' ', false, json::error_handler_t::replace);
        entry["request"]["url"] = entry["request"]["url"].get<std::string>() + "&" +
                                  percent_encode(odd) + "=" + percent_encode(odd);
        entry["request"]["headers"].push_back({{"name", "x-odd"}, {"value", odd}});
    }
    const auto learned = learn(har.dump(-1, ' ', false, json::error_handler_t::replace));
    if (!learned) RC_FAIL(learned.error());
    RC_ASSERT(parse_profile(learned->profile).has_value());
}

TEST(Learn, DeepNestingIsNoProblem) {
    const std::string deep(200'000, '[');
    EXPECT_FALSE(learn(deep));
    EXPECT_FALSE(learn(R"({"log":{"entries":[)" + deep));
    const std::string entry = R"({"request":{"url":"https://a.test/","method":"GET"},)"
                              R"("response":{"status":200,"content":{"text":")";
    EXPECT_FALSE(learn(R"({"log":{"entries":[)" + entry + std::string(100'000, '[') +
                       std::string(100'000, ']') + R"("}}}]}})"));
}

}  // namespace
}  // namespace ringbridge::learn::test
