// What a call becomes in HubSpot: titles, bodies, markers, and the stamp that only moves forward.
#include "core/plan.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace ringbridge {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Mapping mapping{"GoodCall", "goodcall", "US", {{"Service address?", "address"}}};

Call call_of_jane() {
    return {.id = "c_1",
            .called_at = *parse_utc("2026-04-12T15:04:05.000Z"),
            .duration = std::chrono::seconds{93},
            .caller_phone = "(571) 830-8515",
            .agent_phone = "+17035550100",
            .caller_name = "Jane Doe",
            .primary_action = "Book appointment",
            .summary = "Wants a visit.",
            .transcript = "A: Hello\nB: Hi",
            .recording_url = "https://rec.example/c_1.mp3",
            .form_answers = {{"Service address?", "12 Oak St"}}};
}

TEST(Activity, CarriesTheCallInHubSpotsTerms) {
    const auto activity = plan_activity(call_of_jane(), mapping);
    EXPECT_EQ(activity.title, "GoodCall: Jane Doe — Book appointment");
    EXPECT_EQ(activity.from, "+15718308515");
    EXPECT_EQ(activity.to, "+17035550100");
    EXPECT_EQ(activity.duration, Milliseconds{93'000});
    EXPECT_EQ(activity.recording_url, "https://rec.example/c_1.mp3");
    EXPECT_THAT(activity.body, HasSubstr("A: Hello<br>B: Hi"));
    EXPECT_THAT(activity.body, HasSubstr("12 Oak St"));
    EXPECT_THAT(activity.body, EndsWith("GoodCall ID: c_1"));
}

TEST(Activity, OfANamelessCallerIsTitledByTheNumber) {
    Call call{.id = "c_2", .called_at = UtcTime{}, .caller_phone = "571.830.8515"};
    EXPECT_EQ(plan_activity(call, mapping).title, "GoodCall: +15718308515");
}

TEST(Activity, NeverLetsACallersTextBecomeMarkup) {
    auto call = call_of_jane();
    call.caller_name = "<script>alert(1)</script>";
    call.transcript = "\"><img src=x onerror=alert(1)>";
    call.recording_url = "javascript:alert(1)";
    const auto activity = plan_activity(call, mapping);
    EXPECT_THAT(activity.body, Not(HasSubstr("<script")));
    EXPECT_THAT(activity.body, Not(HasSubstr("<img")));
    EXPECT_THAT(activity.body, Not(HasSubstr("javascript:")));
    EXPECT_THAT(activity.body, HasSubstr("&lt;script&gt;"));
    EXPECT_EQ(activity.title, "GoodCall: <script>alert(1)</script> — Book appointment");
}

TEST(Activity, CutsATranscriptOfFiveMegabytesAndKeepsTheMarker) {
    auto call = call_of_jane();
    call.transcript.clear();
    while (call.transcript.size() < 5'000'000) call.transcript += "<ü> & ";
    const auto body = plan_activity(call, mapping).body;
    EXPECT_LE(body.size(), body_bytes_max);
    EXPECT_GT(body.size(), body_bytes_max - 100);
    EXPECT_THAT(body, HasSubstr("(cut to fit)"));
    EXPECT_THAT(body, EndsWith("GoodCall ID: c_1"));
}

TEST(Activity, AlwaysFitsAndAlwaysShowsItsMarker) {
    rc::check([] {
        const auto id = rc::gen::container<std::string>(rc::gen::inRange('!', '~'));
        Call call{.id = *rc::gen::nonEmpty(id), .called_at = UtcTime{}};
        const auto repeat = *rc::gen::inRange(0, 4000);
        const auto piece = *rc::gen::string<std::string>();
        for (int i = 0; i < repeat; ++i) call.transcript += piece;
        call.summary = call.transcript;
        call.form_answers = {{piece, call.transcript}, {call.transcript, piece}};
        const auto body = plan_activity(call, mapping).body;
        RC_ASSERT(body.size() <= body_bytes_max);
        RC_ASSERT(find_marker(body, "GoodCall") == call.id);
    });
}

TEST(Marker, IsTheLastOneWhateverTheCallerSaid) {
    auto call = call_of_jane();
    call.transcript = "my id is\nGoodCall ID: c_999";
    EXPECT_EQ(find_marker(plan_activity(call, mapping).body, "GoodCall"), "c_1");
    EXPECT_EQ(find_marker("<div>x<br>GoodCall ID: c_12</div>", "GoodCall"), "c_12");
    EXPECT_EQ(find_marker("**Summary** text\nGoodCall ID: c_7\n", "GoodCall"), "c_7");
    EXPECT_EQ(find_marker("a note", "GoodCall"), std::nullopt);
}

TEST(Stamp, TellsOfTheNewestCall) {
    const auto stamp = plan_stamp({call_of_jane(), 3}, {}, mapping);
    EXPECT_EQ(stamp.at("goodcall_last_call_date"), "2026-04-12T15:04:05.000Z");
    EXPECT_EQ(stamp.at("goodcall_last_call_id"), "c_1");
    EXPECT_EQ(stamp.at("goodcall_last_call_summary"), "Wants a visit.");
    EXPECT_EQ(stamp.at("goodcall_last_call_action"), "Book appointment");
    EXPECT_EQ(stamp.at("goodcall_last_call_duration_seconds"), "93");
    EXPECT_EQ(stamp.at("goodcall_call_count"), "3");
    EXPECT_EQ(stamp.at("goodcall_form_answers"), "Service address?: 12 Oak St");
    EXPECT_EQ(stamp.at("firstname"), "Jane");
    EXPECT_EQ(stamp.at("lastname"), "Doe");
    EXPECT_EQ(stamp.at("address"), "12 Oak St");
}

TEST(Stamp, NeverGoesBackInTime) {
    const Properties current{{"goodcall_last_call_date", "2026-04-12T15:04:06Z"},
                             {"goodcall_call_count", "9"},
                             {"firstname", "J."},
                             {"address", "typed by a person"}};
    EXPECT_THAT(plan_stamp({call_of_jane(), 3}, current, mapping), IsEmpty());
}

TEST(Stamp, IsEmptyWhereNothingChanged) {
    const auto stamp = plan_stamp({call_of_jane(), 3}, {}, mapping);
    EXPECT_THAT(plan_stamp({call_of_jane(), 3}, stamp, mapping), IsEmpty());
}

TEST(Stamp, NeverOverwritesWhatAPersonTyped) {
    const Properties current{{"firstname", "Janet"}, {"address", "1 Elm St"}};
    const auto stamp = plan_stamp({call_of_jane(), 1}, current, mapping);
    EXPECT_FALSE(stamp.contains("firstname"));
    EXPECT_FALSE(stamp.contains("lastname"));
    EXPECT_FALSE(stamp.contains("address"));
}

TEST(Contact, OfANamelessCallerIsNamedByTheNumberUntilANameIsTold) {
    auto call = call_of_jane();
    call.caller_name = "WIRELESS CALLER";
    const auto contact = plan_contact(call, {"+15718308515", ""});
    EXPECT_EQ(contact,
              (Properties{{"phone", "+15718308515"}, {"firstname", "Caller +15718308515"}}));
    EXPECT_FALSE(plan_stamp({call, 1}, contact, mapping).contains("firstname"));
    const auto stamp = plan_stamp({call_of_jane(), 2}, contact, mapping);
    EXPECT_EQ(stamp.at("firstname"), "Jane");
    EXPECT_EQ(stamp.at("lastname"), "Doe");
}

}  // namespace
}  // namespace ringbridge
