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

Call sent(std::string summary, int rank, std::optional<UtcTime> at = {}) {
    return {.id = "c_1", .summary = std::move(summary), .event = EventAge{.rank = rank, .at = at}};
}

TEST(Merged, TheNewerEventCountsInWhateverOrderTheyCome) {
    const auto at = [](int second) { return UtcTime{std::chrono::seconds{second}}; };
    const std::pair<Call, Call> older_and_newer[]{
        {sent("older", 0, at(1)), sent("newer", 0, at(2))},
        {sent("older", 0, at(2)), sent("newer", 1, at(1))},
        {sent("older", 0), sent("newer", 1)},
        {sent("older", 1, at(9)), call_with("newer", "")},
    };
    for (const auto& [older, newer] : older_and_newer) {
        EXPECT_EQ(merged(newer, older).summary, "newer");
        EXPECT_EQ(merged(older, newer).summary, "newer");
    }
}

TEST(Merged, WithoutATimeTheLaterOneCounts) {
    EXPECT_EQ(merged(sent("second", 0), sent("first", 0)).summary, "second");
    EXPECT_EQ(merged(sent("second", 0), sent("first", 0, UtcTime{1h})).summary, "second");
    EXPECT_EQ(merged(call_with("second", ""), call_with("first", "")).summary, "second");
}

TEST(Merged, WhatWasListedBeforeTheEventIsOlder) {
    auto listed = call_with("listed", "");
    listed.asked_at = UtcTime{1h};
    EXPECT_EQ(merged(listed, sent("sent", 0, UtcTime{2h})).summary, "sent");
    EXPECT_EQ(merged(listed, sent("sent", 0, UtcTime{1h})).summary, "listed");
}

TEST(Merged, WhatTheNewerOneLeavesOutIsTakenFromTheOlder) {
    Call older = sent("older", 0);
    older.caller_name = "Jane";
    EXPECT_EQ(merged(sent("newer", 1), older).caller_name, "Jane");
    EXPECT_EQ(merged(older, sent("newer", 1)).caller_name, "Jane");
}

}  // namespace
}  // namespace ringbridge
