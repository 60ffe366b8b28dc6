// Which parts of a record are content, and that a record that lost fields retracts nothing.
#include "core/call.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ringbridge {
namespace {

using namespace std::chrono_literals;

Call call_with(std::string summary, std::string recording_url) {
    return {.id = "c_1", .summary = std::move(summary), .recording_url = std::move(recording_url)};
}

TEST(Content, UrlsSignedAfreshInEachListingAreTheSame) {
    EXPECT_EQ(content_of(call_with("", "https://cdn.example/c_1.mp3?X-Amz-Signature=1&Expires=2")),
              content_of(call_with("", "https://cdn.example/c_1.mp3?X-Amz-Signature=9&Expires=8")));
    EXPECT_EQ(content_of(call_with("Listen: https://cdn.example/c_1?sig=1 (new)", "")),
              content_of(call_with("Listen: https://cdn.example/c_1?sig=2 (new)", "")));
}

TEST(Content, AnotherRecordingOrAnotherWordIsAChange) {
    EXPECT_NE(content_of(call_with("", "https://cdn.example/c_1.mp3?s=1")),
              content_of(call_with("", "https://cdn.example/c_2.mp3?s=1")));
    EXPECT_NE(content_of(call_with("Really? No.", "")), content_of(call_with("Really? Yes.", "")));
}

TEST(Content, TheOrderOfAnswersAndWhiteSpaceDoNotMatter) {
    Call one{.id = "c_1", .summary = "a  b\n", .form_answers = {{"x", "1"}, {"y", "2"}}};
    Call other{.id = "c_1", .summary = "a b", .form_answers = {{"y", "2 "}, {"x", "1"}}};
    EXPECT_EQ(content_of(one), content_of(other));
}

RC_GTEST_PROP(Content, a_text_does_not_pass_for_that_of_another_field, (const std::string& text)) {
    RC_PRE(text.find_first_not_of(" \t\r\n") != std::string::npos && !text.contains('\0'));
    const Call summary{.id = "c_1", .summary = text};
    const Call transcript{.id = "c_1", .transcript = text};
    RC_ASSERT(content_of(summary) != content_of(transcript));
}

TEST(FillBlanks, AFieldThatTheSiteNoLongerFillsKeepsWhatItSaid) {
    const Call known{.id = "c_1",
                     .duration = 62s,
                     .caller_name = "Jane",
                     .summary = "A leak",
                     .form_answers = {{"Where?", "Kitchen"}, {"When?", "Today"}}};
    const Call listed{
        .id = "c_1", .summary = "A big leak", .form_answers = {{"Where?", ""}, {"Who?", "Me"}}};
    const auto filled = fill_blanks(listed, known);
    EXPECT_EQ(filled.summary, "A big leak");
    EXPECT_EQ(filled.caller_name, "Jane");
    EXPECT_EQ(filled.duration, 62s);
    EXPECT_EQ(filled.form_answers,
              (std::vector<FormAnswer>{{"Where?", "Kitchen"}, {"Who?", "Me"}, {"When?", "Today"}}));
}

}  // namespace
}  // namespace ringbridge
