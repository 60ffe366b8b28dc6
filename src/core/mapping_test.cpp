// What a call becomes in HubSpot: titles, bodies, markers, and the stamp that only moves forward.
#include "core/activity_text.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace ringbridge {
namespace {

using testing::ElementsAre;
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
    const auto activity = build_activity(call_of_jane(), mapping);
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
    EXPECT_EQ(build_activity(call, mapping).title, "GoodCall: +15718308515");
}

TEST(Activity, NeverLetsACallersTextBecomeMarkup) {
    auto call = call_of_jane();
    call.caller_name = "<script>alert(1)</script>";
    call.transcript = "\"><img src=x onerror=alert(1)>";
    call.recording_url = "javascript:alert(1)";
    const auto activity = build_activity(call, mapping);
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
    const auto body = build_activity(call, mapping).body;
    EXPECT_LE(body.size(), body_bytes_max);
    EXPECT_GT(body.size(), body_bytes_max - 100);
    EXPECT_THAT(body, HasSubstr("(cut to fit)"));
    EXPECT_THAT(body, EndsWith("GoodCall ID: c_1"));
}

RC_GTEST_PROP(Activity, AlwaysFitsAndAlwaysShowsItsMarker, ()) {
    const auto id = rc::gen::container<std::string>(rc::gen::inRange('!', '~'));
    Call call{.id = CallId{*rc::gen::nonEmpty(id)}, .called_at = UtcTime{}};
    const auto repeat = *rc::gen::inRange(0, 4000);
    const auto piece = *rc::gen::string<std::string>();
    for (int i = 0; i < repeat; ++i) call.transcript += piece;
    call.summary = call.transcript;
    call.form_answers = {{piece, call.transcript}, {call.transcript, piece}};
    const auto body = build_activity(call, mapping).body;
    RC_ASSERT(body.size() <= body_bytes_max);
    RC_ASSERT(marked_ids(body, "GoodCall").front() == call.id);
}

TEST(Marker, IsReadHoweverPeopleEditItsLine) {
    for (const std::string line :
         {"GoodCall ID: c_1", "GoodCall ID:&nbsp;c_1", "GoodCall ID: <strong>c_1</strong> done",
          "GoodCall ID: <b class=\"x\">c_1</b>", "GoodCall ID: c_1.", "GoodCall ID: c_1&nbsp;ok"}) {
        EXPECT_THAT(marked_ids(line, "GoodCall"), testing::Contains(CallId{"c_1"})) << line;
    }
    for (const std::string torn : {"GoodCall ID:", "GoodCall ID: ", "GoodCall ID: <strong",
                                   "GoodCall ID: <span class=", "GoodCall ID: &nbsp;<em"}) {
        EXPECT_THAT(marked_ids(torn, "GoodCall"), IsEmpty()) << torn;
    }
}

RC_GTEST_PROP(Marker, IsLookedForInAnyText, ()) {
    const auto piece =
        rc::gen::element<std::string>("GoodCall ID:", "<strong", ">", "<b>", "&nbsp;", " ", "c_1",
                                      "<p>", "<strong>Caller:</strong>");
    std::string body;
    for (const auto& one : *rc::gen::container<std::vector<std::string>>(piece)) body += one;
    (void)marked_ids(body, "GoodCall");
    const auto updated = build_update(call_of_jane(), mapping, {"", body}).body;
    RC_ASSERT(marked_ids(updated, "GoodCall").size() > 0);
}

TEST(Marker, IsTheLastOneWhateverTheCallerSaid) {
    auto call = call_of_jane();
    call.transcript = "my id is\nGoodCall ID: c_999";
    EXPECT_THAT(marked_ids(build_activity(call, mapping).body, "GoodCall"),
                ElementsAre(CallId{"c_1"}));
    EXPECT_THAT(marked_ids("<div>x<br>GoodCall ID: c_12</div>", "GoodCall"),
                ElementsAre(CallId{"c_12"}));
    EXPECT_THAT(marked_ids("**Summary** text\nGoodCall ID: c_7\n", "GoodCall"),
                ElementsAre(CallId{"c_7"}));
    EXPECT_THAT(marked_ids("a note", "GoodCall"), IsEmpty());
}

TEST(Stamp, DescribesTheNewestCall) {
    const auto stamp = build_stamp({call_of_jane(), 3}, {}, mapping);
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
    EXPECT_THAT(build_stamp({call_of_jane(), 3}, current, mapping), IsEmpty());
}

TEST(Stamp, IsEmptyWhereNothingChanged) {
    const auto stamp = build_stamp({call_of_jane(), 3}, {}, mapping);
    EXPECT_THAT(build_stamp({call_of_jane(), 3}, stamp, mapping), IsEmpty());
}

TEST(Stamp, IsTheSameAsHubSpotReturnsIt) {
    auto call = call_of_jane();
    call.called_at = *parse_utc("2026-04-12T15:04:05.000Z");
    const auto sent = build_stamp({call, 3}, {}, mapping);
    auto given_back = sent;
    given_back["goodcall_last_call_date"] = "2026-04-12T15:04:05Z";
    EXPECT_THAT(build_stamp({call, 3}, given_back, mapping), IsEmpty());
    EXPECT_FALSE(changes_left(sent, given_back, mapping).contains("goodcall_last_call_date"));
    EXPECT_FALSE(build_survivor(given_back, sent, mapping).contains("goodcall_last_call_date"));
}

TEST(Stamp, NeverOverwritesWhatAPersonTyped) {
    const Properties current{{"firstname", "Janet"}, {"address", "1 Elm St"}};
    const auto stamp = build_stamp({call_of_jane(), 1}, current, mapping);
    EXPECT_FALSE(stamp.contains("firstname"));
    EXPECT_FALSE(stamp.contains("lastname"));
    EXPECT_FALSE(stamp.contains("address"));
}

// ---- what the operator wants synced

TEST(Activity, CarriesTranscriptAndRecordingAsConfigured) {
    struct Case {
        bool transcript;
        Recording recording;
        bool transcribed, linked, played;
    };
    for (const auto& [transcript, recording, transcribed, linked, played] :
         {Case{true, Recording::player, true, true, true},
          Case{true, Recording::link, true, true, false},
          Case{true, Recording::off, true, false, false},
          Case{false, Recording::player, false, true, true},
          Case{false, Recording::off, false, false, false}}) {
        auto wanted = mapping;
        wanted.transcript = transcript;
        wanted.recording = recording;
        const auto activity = build_activity(call_of_jane(), wanted);
        EXPECT_EQ(activity.body.find("A: Hello") != std::string::npos, transcribed);
        EXPECT_EQ(activity.body.find("https://rec.example/c_1.mp3") != std::string::npos, linked);
        EXPECT_EQ(!activity.recording_url.empty(), played);
        EXPECT_THAT(activity.body, HasSubstr("Wants a visit."));
        EXPECT_THAT(activity.body, EndsWith("GoodCall ID: c_1"));
    }
}

TEST(Owner, IsNobodyOrTheContactsOrAlwaysTheSame) {
    const Properties owned{{"hubspot_owner_id", "7"}};
    auto wanted = mapping;
    EXPECT_EQ(choose_owner(owned, wanted), "");
    EXPECT_THAT(stamp_properties(wanted), Not(testing::Contains("hubspot_owner_id")));
    wanted.owner = ContactOwner{};
    EXPECT_EQ(choose_owner(owned, wanted), "7");
    EXPECT_EQ(choose_owner({}, wanted), "");
    EXPECT_THAT(stamp_properties(wanted), testing::Contains("hubspot_owner_id"));
    wanted.owner = OwnerId{"42"};
    EXPECT_EQ(choose_owner(owned, wanted), "42");
}

TEST(Missed, IsACallThatThePlatformSaysIsOrInWhichNothingWasSaid) {
    auto call = call_of_jane();
    EXPECT_FALSE(is_missed(call));
    call.missed = true;
    EXPECT_TRUE(is_missed(call));
    EXPECT_TRUE(build_activity(call, mapping).missed);
    Call silent{.id = "c_1", .called_at = UtcTime{}};
    EXPECT_FALSE(is_missed(silent)) << "a missing duration does not mean silence";
    silent.duration = std::chrono::seconds{0};
    EXPECT_TRUE(is_missed(silent));
    for (auto Call::* said : {&Call::transcript, &Call::summary}) {
        auto spoken = silent;
        spoken.*said = "Hello";
        EXPECT_FALSE(is_missed(spoken));
        EXPECT_FALSE(build_activity(spoken, mapping).missed);
    }
    silent.duration = std::chrono::seconds{1};
    EXPECT_FALSE(is_missed(silent));
}

TEST(FollowUp, AsksToCallBackAndCarriesTheMarker) {
    auto call = call_of_jane();
    call.caller_name = "Jane\n<b>Doe</b>";
    const auto follow_up = build_follow_up(call, mapping);
    EXPECT_EQ(follow_up.subject, "Call back Jane <b>Doe</b>");
    EXPECT_EQ(follow_up.due, call.called_at);
    EXPECT_THAT(follow_up.body, HasSubstr("+15718308515"));
    EXPECT_THAT(follow_up.body, Not(HasSubstr("<b>")));
    EXPECT_THAT(marked_ids(follow_up.body, "GoodCall"), ElementsAre(CallId{"c_1"}));
    call.caller_name.clear();
    EXPECT_EQ(build_follow_up(call, mapping).subject, "Call back +15718308515");
}

Mapping with_mode(std::optional<AnswerMode> mode, const std::string& property = "address") {
    auto wanted = mapping;
    wanted.form_properties = {{"Service address?", property, mode}};
    return wanted;
}

CallHistory history_of(const Call& call) { return {call, 1, {call}}; }

TEST(Answers, FillABlankOnlyWhereThatIsTheMode) {
    const auto wanted = with_mode(AnswerMode::fill, "goodcall_address");
    const auto history = history_of(call_of_jane());
    EXPECT_EQ(build_stamp(history, {}, wanted).at("goodcall_address"), "12 Oak St");
    const Properties current{{"goodcall_address", "1 Elm St"}};
    EXPECT_FALSE(build_stamp(history, current, wanted).contains("goodcall_address"));
    const auto ours = with_mode(std::nullopt, "goodcall_address");
    EXPECT_EQ(build_stamp(history, current, ours).at("goodcall_address"), "12 Oak St");
}

TEST(Answers, OverwriteWhatIsThereOnceACallAndNeverForAnOlderOne) {
    const auto wanted = with_mode(AnswerMode::overwrite);
    auto call = call_of_jane();
    Properties contact{{"address", "1 Elm St"}};
    for (auto& [name, value] : build_stamp(history_of(call), contact, wanted))
        contact[name] = value;
    EXPECT_EQ(contact["address"], "12 Oak St");
    contact["address"] = "12 Oak Street, corrected by a person";
    EXPECT_THAT(build_stamp(history_of(call), contact, wanted), IsEmpty());
    auto older = call;
    older.id = "c_0";
    older.called_at -= std::chrono::hours{1};
    older.form_answers[0].answer = "3 Old Rd";
    EXPECT_FALSE(build_stamp(history_of(older), contact, wanted).contains("address"));
    call.form_answers[0].answer = "13 Oak St";  // the record was corrected
    EXPECT_EQ(build_stamp(history_of(call), contact, wanted).at("address"), "13 Oak St");
    auto newer = call_of_jane();
    newer.id = "c_2";
    newer.called_at += std::chrono::hours{1};
    EXPECT_EQ(build_stamp(history_of(newer), contact, wanted).at("address"), "12 Oak St");
}

TEST(Answers, AppendALineForEachCallOnce) {
    const auto wanted = with_mode(AnswerMode::append);
    auto first = call_of_jane();
    auto second = call_of_jane();
    second.id = "c_2";
    second.called_at += std::chrono::hours{24};
    second.form_answers[0].answer = "3 New Rd\n(GoodCall ID: c_9)";
    Properties contact{{"address", "1 Elm St"}};
    const CallHistory history{second, 2, {first, second}};
    for (auto& [name, value] : build_stamp(history, contact, wanted)) contact[name] = value;
    EXPECT_EQ(contact["address"],
              "1 Elm St\n"
              "2026-04-12 12 Oak St (GoodCall ID: c_1)\n"
              "2026-04-13 3 New Rd (GoodCall ID: c_9) (GoodCall ID: c_2)");
    EXPECT_THAT(build_stamp(history, contact, wanted), IsEmpty());
    auto late = first;  // older than the stamp, and appended all the same
    late.id = "c_9";
    EXPECT_THAT(build_stamp({second, 2, {late}}, contact, wanted).at("address"),
                EndsWith("\n2026-04-12 12 Oak St (GoodCall ID: c_9)"));
    first.form_answers.clear();
    EXPECT_FALSE(build_stamp(history_of(first), {}, wanted).contains("address"));
}

TEST(Answers, AppendedStayUnderHubSpotsLimitAndNeverPushAnythingOut) {
    const auto wanted = with_mode(AnswerMode::append);
    auto call = call_of_jane();
    call.form_answers[0].answer.clear();
    while (call.form_answers[0].answer.size() < 100'000) call.form_answers[0].answer += "ü";
    const auto line = build_stamp(history_of(call), {}, wanted).at("address");
    EXPECT_LE(line.size(), 1'100U);
    EXPECT_THAT(line, EndsWith("ü (GoodCall ID: c_1)"));
    const Properties full{{"address", std::string(65'000, 'x')}};
    EXPECT_FALSE(build_stamp(history_of(call), full, wanted).contains("address"));
    const Properties roomy{{"address", std::string(64'000, 'x')}};
    EXPECT_LE(build_stamp(history_of(call), roomy, wanted).at("address").size(), 65'536U);
}

TEST(Answers, AppendedToAPropertyOfOursGetOneThatHoldsLines) {
    const auto definitions =
        property_definitions(with_mode(AnswerMode::append, "goodcall_addresses"));
    EXPECT_EQ(definitions.back().name, "goodcall_addresses");
    EXPECT_EQ(definitions.back().field_type, "textarea");
    EXPECT_EQ(property_definitions(with_mode({}, "goodcall_address")).back().field_type, "text");
}

TEST(Contact, IsNotNamedByWordsThatAreNotAName) {
    for (const auto* words : {"SPAM RISK",
                              "Scam Likely",
                              "POTENTIAL SPAM",
                              "Suspected Robocall",
                              "Anonymous Caller",
                              "anonymous",
                              "undefined",
                              "null",
                              "(null)",
                              "Not Provided",
                              "not_provided",
                              "N/A",
                              "None",
                              "WIRELESS CALLER",
                              "WIRELESS CALLER VA",
                              "Cell Phone   VA",
                              "Wireless Caller, ON",
                              "Unknown Name",
                              "UNKNOWN NUMBER",
                              "Caller Unknown",
                              "No Name",
                              "Name Unavailable",
                              "Private Number",
                              "Restricted",
                              "Out of Area",
                              "Toll Free Call",
                              "Blocked Caller ID",
                              "Unidentified",
                              "<unknown>",
                              "Unknown Caller 5718308515",
                              "Caller +15718308515",
                              "[object Object]",
                              "\x01\x02",
                              "571-830-8515"}) {
        auto call = call_of_jane();
        call.caller_name = words;
        EXPECT_EQ(build_contact(call, {"+15718308515", ""}).at("firstname"), "Caller +15718308515")
            << words;
        EXPECT_FALSE(build_stamp({call, 1}, {}, mapping).contains("firstname")) << words;
    }
}

TEST(Contact, IsNamedByNamesThatContainSuchAWord) {
    for (const auto& [full, first, last] :
         {std::array{"Mark Spam", "Mark", "Spam"},
          {"Art Callender", "Art", "Callender"},
          {"Virginia", "Virginia", ""},
          {"Al Private", "Al", "Private"},
          {"Va", "Va", ""},
          {"No\xc3\xa9mie", "No\xc3\xa9mie", ""},
          {"Unknown Pleasures", "Unknown", "Pleasures"},
          {"\xe6\x9d\x8e\xe9\x9b\xb7", "\xe6\x9d\x8e\xe9\x9b\xb7", ""}}) {
        auto call = call_of_jane();
        call.caller_name = full;
        const auto contact = build_contact(call, {"+15718308515", ""});
        EXPECT_EQ(contact.at("firstname"), first) << full;
        EXPECT_EQ(value_of(contact, "lastname"), last) << full;
    }
}

TEST(Contact, IsNamedWithoutControlCharacters) {
    auto call = call_of_jane();
    call.caller_name =
        "\r\nJane\x1b\tvan\x7f der \xc2\x85\xe2\x80\xae"
        "Doe\xe2\x80\xa8";
    const auto contact = build_contact(call, {"+15718308515", ""});
    EXPECT_EQ(contact.at("firstname"), "Jane");
    EXPECT_EQ(contact.at("lastname"), "van der Doe");
}

RC_GTEST_PROP(Contact, IsNeverNamedWithAControlCharacter, (std::string name)) {
    auto call = call_of_jane();
    call.caller_name = std::move(name);
    const auto contact = build_contact(call, {"+15718308515", ""});
    for (const auto& [property, value] : contact) {
        RC_ASSERT(
            std::ranges::none_of(value, [](unsigned char c) { return std::iscntrl(c) != 0; }));
    }
}

TEST(Contact, OfANamelessCallerIsNamedByTheNumberUntilANameIsKnown) {
    auto call = call_of_jane();
    call.caller_name = "WIRELESS CALLER";
    const auto contact = build_contact(call, {"+15718308515", ""});
    EXPECT_EQ(contact,
              (Properties{{"phone", "+15718308515"}, {"firstname", "Caller +15718308515"}}));
    EXPECT_FALSE(build_stamp({call, 1}, contact, mapping).contains("firstname"));
    const auto stamp = build_stamp({call_of_jane(), 2}, contact, mapping);
    EXPECT_EQ(stamp.at("firstname"), "Jane");
    EXPECT_EQ(stamp.at("lastname"), "Doe");
}

TEST(Survivor, HasTheNewerCallsStampAsAWholeAndTheSumOfTheCounts) {
    const Properties older{{"phone", "+15718308515"},
                           {"goodcall_last_call_date", "2026-04-12T15:00:00Z"},
                           {"goodcall_last_call_id", "c_1"},
                           {"goodcall_last_call_action", "booked"},
                           {"goodcall_form_answers", "Fence? Yes"},
                           {"goodcall_call_count", "3"}};
    const Properties newer{{"phone", "+15718308515"},
                           {"jobtitle", "Electrician"},
                           {"goodcall_last_call_date", "2026-04-13T15:00:00Z"},
                           {"goodcall_last_call_id", "c_2"},
                           {"goodcall_call_count", "2"}};
    EXPECT_EQ(build_survivor(older, newer, mapping),
              (Properties{{"goodcall_last_call_date", "2026-04-13T15:00:00Z"},
                          {"goodcall_last_call_id", "c_2"},
                          {"goodcall_last_call_action", ""},
                          {"goodcall_call_count", "5"}}));
    EXPECT_EQ(build_survivor(newer, older, mapping),
              (Properties{{"goodcall_last_call_action", ""}, {"goodcall_call_count", "5"}}));
    EXPECT_TRUE(build_survivor({{"phone", "(571) 830-8515"}}, newer, mapping).empty());
}

TEST(Survivor, KeepsNumbersWhereThereIsRoom) {
    const auto kept = [](const Properties& keep, const Properties& loser) {
        return build_survivor(keep, loser, mapping);
    };
    const Properties loser{{"phone", "(571) 830-8515"}};
    EXPECT_EQ(kept({{"phone", "+17035550123"}}, loser),
              (Properties{{"mobilephone", "+15718308515"}}));
    EXPECT_THAT(kept({{"phone", "+17035550123"}, {"mobilephone", "+17035550124"}}, loser),
                IsEmpty());
    EXPECT_THAT(kept({}, loser), IsEmpty()) << "HubSpot fills what is blank";
    EXPECT_THAT(kept({{"phone", "571-830-8515 (home)"}}, loser), IsEmpty());
    // HubSpot fills in what only repeats the phone.
    EXPECT_EQ(kept({{"phone", "+17035550123"}},
                   {{"phone", "(571) 830-8515"}, {"mobilephone", "+17035550123"}}),
              (Properties{{"mobilephone", "+15718308515"}}));
}

TEST(Survivor, IsNotStampedWithWhatALaterCallHasOvertaken) {
    const Properties stamp{{"goodcall_last_call_date", "2026-04-13T15:00:00Z"},
                           {"goodcall_last_call_id", "c_2"},
                           {"goodcall_call_count", "5"}};
    EXPECT_EQ(changes_left(stamp, {{"goodcall_call_count", "4"}}, mapping), stamp);
    EXPECT_TRUE(changes_left(stamp, stamp, mapping).empty());
    const Properties overtaken{{"goodcall_last_call_date", "2026-04-14T15:00:00Z"},
                               {"goodcall_last_call_id", "c_3"},
                               {"goodcall_call_count", "4"}};
    EXPECT_EQ(changes_left(stamp, overtaken, mapping), (Properties{{"goodcall_call_count", "5"}}));
}

TEST(Contact, WithOurPlaceholderForANameHasNone) {
    EXPECT_TRUE(is_nameless({{"firstname", "Caller +15718308515"}, {"phone", "+15718308515"}}));
    EXPECT_TRUE(is_nameless({{"firstname", "Caller +15718308515"}, {"phone", "(571) 830-8515"}}));
    EXPECT_TRUE(is_nameless({{"firstname", "Caller +15718308515"}, {"mobilephone", "5718308515"}}));
    EXPECT_TRUE(is_nameless({}));
    EXPECT_FALSE(is_nameless({{"firstname", "Caller +1 from Reston"}}));
    EXPECT_FALSE(is_nameless({{"firstname", "Caller"}, {"phone", "+15718308515"}}));
    EXPECT_FALSE(is_nameless({{"lastname", "Doe"}}));
}

}  // namespace
}  // namespace ringbridge
