// Every example of docs/use/profiles.md works: a part of a profile completes a small one, and the
// record below it fills every field that it maps.
#include "receptionist/field_survey.hpp"
#include "receptionist/profile.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

namespace ringbridge::receptionist {
namespace {

struct Example {
    int line = 0;
    std::string language, text;
};

std::vector<Example> examples_of_the_page() {
    std::ifstream page{RINGBRIDGE_SOURCE_DIR "/docs/use/profiles.md"};
    std::vector<Example> examples;
    bool inside = false;
    int number = 0;
    for (std::string line; std::getline(page, line);) {
        ++number;
        if (line.starts_with("```")) {
            inside = !inside;
            if (inside) examples.push_back({number, line.substr(3), ""});
        } else if (inside) {
            examples.back().text += line + "\n";
        }
    }
    return examples;
}

const std::map<std::string, std::string> small_profile{
    {"head",
     "version: 1\nname: acme\nlabel: Acme\nproperty_prefix: acme\nbase_url: https://acme.test\n"},
    {"auth",
     "auth:\n  session: { header: { name: Authorization, value: \"${auth.token}\" } }\n"
     "  token_expiration: { strategy: none }\n"},
    {"streams",
     "streams:\n  calls:\n    requester: { method: GET, path: /calls }\n"
     "    record_selector: $[*]\n    paginator: { type: none }\n"},
    {"call_mapping", "call_mapping: { id: $.id, called_at: $.at }\n"}};

std::string completed(const std::string& text) {
    if (text.starts_with("version:")) return text;
    std::string whole;
    for (const auto& [key, part] : small_profile) {
        if (!("\n" + text).contains("\n" + key + ":")) whole += part;
    }
    return whole + text;
}

TEST(ProfilePage, EveryExampleWorks) {
    int profiles = 0, records = 0;
    std::optional<Profile> profile;
    for (const auto& [line, language, text] : examples_of_the_page()) {
        SCOPED_TRACE("docs/use/profiles.md:" + std::to_string(line));
        if (language == "yaml") {
            auto parsed = parse_profile(completed(text));
            ASSERT_TRUE(parsed) << parsed.error()[0].path << " " << parsed.error()[0].why;
            profile = std::move(*parsed);
            ++profiles;
            continue;
        }
        ASSERT_EQ(language, "json");
        ASSERT_TRUE(profile);
        auto stream = profile->calls;
        stream.record_selector = *parse_json_path("$[*]");
        const auto survey = survey_fields("[" + text + "]", stream, profile->mapping);
        ASSERT_TRUE(survey);
        EXPECT_EQ(survey->unreadable, 0) << survey->first_why;
        const auto call = std::get<Call>(read_record(text, profile->mapping));
        EXPECT_EQ(call.duration.has_value(), !profile->mapping.duration.empty());
        EXPECT_NE(call.form_answers.empty(), !profile->mapping.form_answers.empty());
        for (std::size_t i = 0; i < call_texts.size(); ++i) {
            if (!profile->mapping.texts[i]) continue;
            EXPECT_NE(call.*call_texts[i].field, "") << call_texts[i].name;
        }
        ++records;
    }
    EXPECT_GE(profiles, 11);
    EXPECT_GE(records, 5);
}

}  // namespace
}  // namespace ringbridge::receptionist
