// What a profile can say about records, by examples of how sites really write them.
#include "receptionist/call_codec.hpp"
#include "receptionist/faults_for_tests.hpp"
#include "receptionist/field_survey.hpp"
#include "receptionist/never_keep.hpp"
#include "receptionist/test_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Answers = std::vector<FormAnswer>;

std::string profile_with(const std::string& mapping, const std::string& stream = "") {
    return R"(
version: 1
name: small
label: Small
property_prefix: small
base_url: https://small.test
auth:
  session: { header: { name: Authorization, value: "Bearer ${auth.token}" } }
  token_expiration: { strategy: none }
streams:
  calls:
    requester: { method: GET, path: /calls }
    record_selector: $[*]
    paginator: { type: none }
)" + stream +
           "\ncall_mapping:\n" + mapping;
}

std::vector<ParseError> faults_of(const std::string& mapping, const std::string& stream = "") {
    return test::faults_in(profile_with(mapping, stream));
}

Profile profile_of(const std::string& mapping, const std::string& stream = "") {
    const auto profile = parse_profile(profile_with(mapping, stream));
    if (profile) return *profile;
    ADD_FAILURE() << profile.error().front().path << " " << profile.error().front().why;
    return builtin_profile("goodcall");
}

const std::string id_and_time = "  id: $.id\n  called_at: $.at\n";
const std::string head = R"("id":"c_1","at":"2026-04-12T15:04:05Z")";

// A record with an id and a time, read by a mapping with both and `more`.
Call read(const std::string& more, const std::string& members) {
    const auto record =
        read_record("{" + head + "," + members + "}", profile_of(id_and_time + more).mapping);
    if (const auto* call = std::get_if<Call>(&record)) return *call;
    ADD_FAILURE() << std::get<UnreadableRecord>(record).why;
    return {};
}

std::optional<UtcTime> time_by(const std::string& called_at, const std::string& value) {
    const auto mapping = profile_of("  id: $.id\n  called_at: " + called_at + "\n").mapping;
    const auto record = read_record(R"({"id":"c_1","at":)" + value + "}", mapping);
    const auto* call = std::get_if<Call>(&record);
    return call == nullptr ? std::nullopt : std::optional{call->called_at};
}

TEST(Mapping, TakesTheFirstPathThatHoldsSomething) {
    const auto* mapping = "  caller_name: [$.contact.name, $.lead.name, $.name]\n";
    EXPECT_EQ(read(mapping, R"("contact":null,"lead":{"name":"  "},"name":"Jane")").caller_name,
              "Jane");
    EXPECT_EQ(read(mapping, R"("lead":{"name":"Joe"},"name":"Jane")").caller_name, "Joe");
    EXPECT_EQ(read(mapping, R"("contact":{})").caller_name, "");
}

TEST(Mapping, FillsInConstants) {
    EXPECT_EQ(read("  agent_phone: { const: +17035550100 }\n", R"("x":1)").agent_phone,
              "+17035550100");
    const auto* mapping = "  primary_action: { path: $.action, const: none }\n";
    EXPECT_EQ(read(mapping, R"("action":"")").primary_action, "none");
    EXPECT_EQ(read(mapping, R"("action":"booked")").primary_action, "booked");
    EXPECT_THAT(faults_of("  id: { const: x }\n  called_at: $.at\n"),
                test::fault("call_mapping.id", "cannot be a constant"));
    EXPECT_THAT(faults_of(id_and_time + "  summary: {}\n"),
                test::fault("call_mapping.summary", "path"));
}

TEST(Mapping, ReadsJsonInsideText) {
    EXPECT_EQ(read("  summary: $.payload.analysis.summary\n",
                   R"("payload":"{\"analysis\":\"{\\\"summary\\\":\\\"hi\\\"}\"}")")
                  .summary,
              "hi");
    EXPECT_EQ(read("  summary: $.payload.summary\n", R"("payload":"not JSON")").summary, "");
    EXPECT_EQ(read("  summary: $.payload\n", R"("payload":"{\"a\":1}")").summary, "{\"a\":1}")
        << "text that is wanted as it is";
}

TEST(Mapping, ReadsNamesThatAreNoWords) {
    EXPECT_EQ(read("  caller_name: $['Caller Name']\n", R"("Caller Name":"Jane")").caller_name,
              "Jane");
}

TEST(Mapping, ReadsTimesWithoutAZoneInTheProfiles) {
    const auto* in_new_york = "{ path: $.at, zone: America/New_York }";
    EXPECT_EQ(time_by(in_new_york, R"("2026-01-15T10:00:00")"),
              test::moment("2026-01-15T15:00:00Z"));
    EXPECT_EQ(time_by(in_new_york, R"("2026-07-15 10:00")"), test::moment("2026-07-15T14:00:00Z"))
        << "daylight saving time";
    EXPECT_EQ(time_by(in_new_york, R"("2026-07-15T10:00:00+02:00")"),
              test::moment("2026-07-15T08:00:00Z"))
        << "what names its zone keeps it";
    EXPECT_EQ(time_by(in_new_york, "1784000000"), from_unix_ms(1'784'000'000'000));
    EXPECT_EQ(time_by(in_new_york, R"("2026-11-01T01:30:00")"),
              test::moment("2026-11-01T05:30:00Z"))
        << "it happened twice";
    EXPECT_EQ(time_by(in_new_york, R"("2026-03-08T02:30:00")"),
              test::moment("2026-03-08T07:00:00Z"))
        << "it never happened";
    EXPECT_EQ(time_by("$.at", R"("2026-01-15T10:00:00")"), std::nullopt);
}

TEST(Mapping, ReadsTimesInTheProfilesFormat) {
    EXPECT_EQ(time_by(R"({ path: $.at, format: "%d.%m.%Y %H:%M", zone: Europe/Berlin })",
                      R"("24.12.2026 18:30")"),
              test::moment("2026-12-24T17:30:00Z"));
    EXPECT_EQ(time_by(R"({ path: $.at, format: "%m/%d/%Y %I:%M %p", zone: America/Chicago })",
                      R"("07/04/2026 09:15 PM")"),
              test::moment("2026-07-05T02:15:00Z"));
    EXPECT_EQ(time_by(R"({ path: $.at, format: "%d/%b/%Y:%H:%M:%S %z" })",
                      R"("04/Jul/2026:09:15:00 +0200")"),
              test::moment("2026-07-04T07:15:00Z"));
    EXPECT_EQ(time_by(R"({ path: $.at, format: "%d.%m.%Y", zone: UTC })", R"("31.12.2026, noon")"),
              std::nullopt);
    EXPECT_THAT(faults_of("  id: $.id\n  called_at: { path: $.at, zone: Mars/Olympus }\n"),
                test::fault("call_mapping.called_at.zone", "must be a time zone"));
    EXPECT_THAT(faults_of("  id: $.id\n  called_at: { path: $.at, format: \"%H:%M\" }\n"),
                test::fault("call_mapping.called_at", "needs a zone"));
}

TEST(Mapping, ReadsDurationsInTheProfilesUnit) {
    const auto in_minutes = [](const std::string& value) {
        return read("  duration: { path: $.length, unit: min }\n", R"("length":)" + value).duration;
    };
    EXPECT_EQ(in_minutes("1.5"), 90s);
    EXPECT_EQ(in_minutes(R"("2")"), 120s);
    EXPECT_EQ(in_minutes(R"("1,5")"), 90s) << "a decimal comma";
    EXPECT_EQ(in_minutes(R"("2,5 min")"), 150s);
    EXPECT_EQ(in_minutes(R"("1:30")"), 90s) << "text with its own unit";
    EXPECT_EQ(in_minutes(R"("PT2M5S")"), 125s);
    EXPECT_EQ(in_minutes(R"("1,5")"), 90s) << "the comma of other countries";
    EXPECT_EQ(in_minutes(R"("2 Min. 5 Sek.")"), 125s);
    EXPECT_EQ(read("  duration: { path: $.length, unit: ms }\n", R"("length":93400)").duration,
              93s);
    EXPECT_EQ(read("  duration: $.length\n", R"("length":93)").duration, 93s);
    EXPECT_THAT(faults_of(id_and_time + "  duration: $.a\n  duration_s: $.a\n"),
                test::fault("call_mapping.duration_s", "beside"));
    EXPECT_THAT(faults_of(id_and_time + "  duration: { path: $.a, unit: h }\n"),
                test::fault("call_mapping.duration.unit", "cannot be"));
}

TEST(Mapping, ReadsDurationsBetweenTwoTimes) {
    const auto* mapping = "  duration: { from: $.start, until: { path: $.end, zone: UTC } }\n";
    EXPECT_EQ(
        read(mapping, R"("start":"2026-04-12T15:00:00Z","end":"2026-04-12T15:01:33")").duration,
        93s);
    EXPECT_EQ(read(mapping, R"("start":"2026-04-12T15:00:00Z","end":null)").duration, std::nullopt);
    EXPECT_EQ(
        read(mapping, R"("start":"2026-04-12T15:00:00Z","end":"2026-04-12T14:00:00Z")").duration,
        std::nullopt)
        << "it cannot end before it began";
    EXPECT_THAT(faults_of(id_and_time + "  duration: { from: $.a }\n"),
                test::fault("call_mapping.duration", "both"));
}

TEST(Mapping, ReadsPhonesHoweverTheyAreWritten) {
    const auto phone = [](const std::string& value) {
        return read("  caller_phone: $.from\n", R"("from":)" + value).caller_phone;
    };
    EXPECT_EQ(phone("15718308515"), "15718308515");
    EXPECT_EQ(phone(R"({"number":"+15718308515","label":"home"})"), "+15718308515");
    EXPECT_EQ(phone(R"({"countryCode":"US","e164":"+15718308515"})"), "+15718308515");
    EXPECT_EQ(phone(R"("sip:+15718308515@10.0.0.7;user=phone")"), "+15718308515");
    EXPECT_EQ(phone(R"("\"Jane\" <sip:+15718308515@pbx.test>")"), "+15718308515");
    EXPECT_EQ(phone(R"("tel:+1-571-830-8515")"), "+1-571-830-8515");
    EXPECT_EQ(phone(R"("Anonymous")"), "Anonymous");
}

TEST(Mapping, TheCallerIsTheOutsideParty) {
    const auto* mapping =
        "  direction: { path: $.direction, outbound: [outbound, out] }\n"
        "  from_phone: $.from\n  to_phone: $.to\n";
    const auto inbound = read(mapping, R"("direction":"inbound","from":"+1571","to":"+1703")");
    EXPECT_FALSE(inbound.kind == CallKind::outbound);
    EXPECT_EQ(inbound.caller_phone, "+1571");
    EXPECT_EQ(inbound.agent_phone, "+1703");
    const auto outbound = read(mapping, R"("direction":"OUT","from":"+1703","to":"+1571")");
    EXPECT_TRUE(outbound.kind == CallKind::outbound);
    EXPECT_EQ(outbound.caller_phone, "+1571");
    EXPECT_EQ(outbound.agent_phone, "+1703");
    EXPECT_THAT(faults_of(id_and_time + "  from_phone: $.a\n  caller_phone: $.b\n"),
                test::fault("call_mapping.caller_phone", "beside"));
}

TEST(Mapping, FormAnswersComeAsPairsMapsNestedOrInText) {
    const auto answers = [](const std::string& mapping, const std::string& members) {
        return read("  form_answers: " + mapping + "\n", members).form_answers;
    };
    const Answers both{{"Name?", "Jane"}, {"Where?", "12 Oak St"}};
    EXPECT_EQ(answers("{ each: \"$.form[*]\", question: \"$[0]\", answer: \"$[1]\" }",
                      R"("form":[["Name?","Jane"],["Where?","12 Oak St"]])"),
              both);
    EXPECT_EQ(answers("{ each: \"$.form[*]\" }", R"("form":{"Name?":"Jane","Where?":"12 Oak St"})"),
              both);
    EXPECT_EQ(answers("{ each: \"$.form[*]\" }",
                      R"("form":"{\"Name?\":\"Jane\",\"Where?\":\"12 Oak St\"}")"),
              both);
    EXPECT_EQ(answers("{ each: \"$.sections[*].fields[*]\", question: $.q, answer: $.a }",
                      R"("sections":[{"fields":[{"q":"Name?","a":"Jane"}]},
                         {"fields":[{"q":"Where?","a":"12 Oak St"}]}])"),
              both);
    EXPECT_EQ(answers("{ each: \"$.form[*]\", question: $.label, answer: $.given }",
                      R"("form":{"1":{"label":"Name?","given":"Jane"},
                         "2":{"label":"Where?","given":"12 Oak St"}})"),
              both);
    EXPECT_EQ(
        answers("{ each: \"$.form[*]\" }", R"("form":{"contact":{"first":"Jane","tall":true}})"),
        (Answers{{"contact: first", "Jane"}, {"contact: tall", "yes"}}));
    EXPECT_THAT(faults_of(id_and_time + "  form_answers: { each: $.a, question: $.q }\n"),
                AllOf(test::fault("call_mapping.form_answers.each", "[*]"),
                      test::fault("call_mapping.form_answers", "needs an answer")));
}

TEST(Mapping, AnswersAreTakenExactlyFromSeveralPlaces) {
    const auto answers = [](const std::string& mapping, const std::string& members) {
        return read("  form_answers:\n" + mapping, members).form_answers;
    };
    EXPECT_EQ(
        answers("    - { each: \"$.a[*]\", nested: with_name }\n"
                "    - { each: \"$.b[*]\", nested: left_out, except: [now] }\n",
                R"("a":{"job":{"kind":"boiler","parts":{"pump":true}},"none":null,"blank":" "},
                         "b":{"Job.Kind":"other","now":"x","input":{"a":1},"days":["Mon","Tue"]})"),
        (Answers{{"job.kind", "boiler"}, {"job.parts.pump", "true"}, {"days", "Mon, Tue"}}));
    EXPECT_EQ(answers("    each: $.a[*]\n    question: $.name\n    answer: $.result\n"
                      "    nested: without_name\n",
                      R"("a":{"1":{"name":"Intake","result":{"Name":"Jane","x":{"y":2}}},
                              "2":{"name":"Booked","result":false},
                              "3":{"name":"Text","result":"{\"Age\":30,\"gone\":null}"},
                              "4":{"name":"Nothing","result":{}},"5":{"name":"No result"}})"),
              (Answers{{"Name", "Jane"}, {"x.y", "2"}, {"Booked", "false"}, {"Age", "30"}}));
    EXPECT_EQ(answers("    each: $.a[*]\n    answer: $.value\n    nested: with_name\n"
                      "    where: [{ path: $.sure, is: [true] }]\n",
                      R"("a":{"day":{"value":"Tuesday","sure":true},
                              "hour":{"value":"9","sure":false},"odd":3})"),
              (Answers{{"day", "Tuesday"}}));
    EXPECT_THAT(faults_of(id_and_time + "  form_answers: { each: \"$.a[*]\", nested: flat }\n"),
                test::fault("call_mapping.form_answers.nested", "cannot be"));
}

TEST(Mapping, TheCallersNameMayBeAnAnswer) {
    const std::string form = "  form_answers: { each: \"$.form[*]\" }\n";
    const auto name = [&](const std::string& mapping, const std::string& members) {
        return read(form + "  caller_name: " + mapping + "\n", members).caller_name;
    };
    const auto* answer_first = "{ path: $.own, answer_to: [name, caller name] }";
    const auto* both = R"("own":"J. Doe","form":{"Where?":"here","Caller_Name":" Jane Doe "})";
    EXPECT_EQ(name(answer_first, both), "Jane Doe");
    EXPECT_EQ(name(answer_first, R"("own":"J. Doe","form":{"Dog's name":"Rex","name":""})"),
              "J. Doe");
    const auto* path_first = "{ path: $.own, answer_to: [name, caller name], first: path }";
    EXPECT_EQ(name(path_first, both), "J. Doe");
    EXPECT_EQ(name(path_first, R"("own":" ","form":{"NAME":"Jane"})"), "Jane");
    EXPECT_EQ(name("{ answer_to: [name] }", R"("form":{"name":"Jane"})"), "Jane");
    EXPECT_THAT(faults_of(id_and_time + "  caller_name: {}\n"),
                test::fault("call_mapping.caller_name", "answer_to"));
}

TEST(Mapping, OutcomeAndDirectionMayDependOnSeveralFields) {
    const auto* mapping =
        "  outcome:\n"
        "    missed:\n"
        "      - { path: $.by, is: [no-answer] }\n"
        "      - [{ path: $.status, is: [failed] }, { path: $.turns, is: [\"\"] }]\n"
        "  direction:\n"
        "    path: $.kind\n"
        "    outbound: [out]\n"
        "    web: [{ path: [$.from, $.to], is: [\"\"] }]\n"
        "  from_phone: $.from\n  to_phone: $.to\n";
    const auto call = [&](const std::string& members) { return read(mapping, members); };
    EXPECT_TRUE(call(R"("by":"No-Answer")").missed);
    EXPECT_TRUE(call(R"("status":"failed","turns":[])").missed);
    EXPECT_FALSE(call(R"("status":"failed","turns":[{"role":"user","message":"Hi"}])").missed);
    EXPECT_EQ(call(R"("kind":"out","from":"+1703","to":"+1571")").caller_phone, "+1571");
    EXPECT_EQ(call(R"("kind":"in","from":"+1571")").kind, CallKind::inbound);
    EXPECT_EQ(call(R"("kind":"out","from":"","to":null)").kind, CallKind::web);
    EXPECT_THAT(faults_of(id_and_time + "  outcome: { missed: [x] }\n"),
                test::fault("call_mapping.outcome.missed", "path"));
    EXPECT_THAT(faults_of(id_and_time + "  outcome: { missed: [{ path: $.a }] }\n"),
                test::fault("call_mapping.outcome.missed[0]", "either"));
}

TEST(Mapping, OfSeveralDurationsTheFirstThatIsOneCounts) {
    const auto* mapping =
        "  duration:\n    - { from: $.a, until: $.b }\n    - { path: $.s }\n"
        "    - { path: $.m, unit: min, const: \"0\" }\n";
    EXPECT_EQ(read(mapping, R"("a":1784000000,"b":1784000060,"s":"7")").duration, 60s);
    EXPECT_EQ(read(mapping, R"("a":1784000000,"b":null,"s":"7","m":2)").duration, 7s);
    EXPECT_EQ(read(mapping, R"("s":"","m":1.45)").duration, 87s);
    EXPECT_EQ(read(mapping, R"("s":null)").duration, 0s);
}

TEST(Mapping, ACallWithoutATimeMayBeDatedWhenItIsReceived) {
    const auto mapping =
        profile_of("  id: $.id\n  called_at: { path: $.at, else: received }\n").mapping;
    const auto call = std::get<Call>(read_record(R"({"id":"1","at":null})", mapping));
    EXPECT_TRUE(call.undated);
    EXPECT_FALSE(std::get<Call>(read_record(R"({"id":"1","at":1784000000})", mapping)).undated);
    EXPECT_TRUE(std::holds_alternative<UnreadableRecord>(
        read_record(R"({"id":"1","at":"yesterday"})", mapping)))
        << "a time that cannot be read is for a person";
}

TEST(Mapping, WhatMustNotBeKeptIsFoundAtItsPathOrAnywhere) {
    const auto mapping = profile_of(id_and_time + R"(
  never_keep:
    - $.top.secret
    - $..token
    - { path: "$..messages[*]", where: [{ path: $.role, is: [system] }] }
    - { path: $..vars, except: [name, "system__*"] }
    - $..calls[*].args
)")
                             .mapping;
    const auto kept = [&](const std::string& body) {
        return without_unkept(body, mapping.never_keep);
    };
    EXPECT_EQ(kept(R"({"top":{"secret":1,"a":2},"in":{"top":{"secret":3}}})"),
              R"({"in":{"top":{"secret":3}},"top":{"a":2,"secret":null}})");
    EXPECT_EQ(kept(R"([{"x":{"token":"t"}},{"token":["t"]}])"),
              R"([{"x":{"token":null}},{"token":null}])");
    EXPECT_EQ(
        kept(R"({"a":{"messages":[{"role":"System","m":1},{"role":"user"}]},"messages":"none"})"),
        R"({"a":{"messages":[{"role":"user"}]},"messages":"none"})");
    EXPECT_EQ(kept(R"({"vars":{"name":"Jane","system__id":1,"secret__key":2}})"),
              R"({"vars":{"name":"Jane","system__id":1}})");
    EXPECT_EQ(kept(R"({"vars":"a secret as text"})"), R"({"vars":null})");
    EXPECT_EQ(kept(R"({"t":[{"calls":[{"args":1,"n":2}]}]})"),
              R"({"t":[{"calls":[{"args":null,"n":2}]}]})");
    EXPECT_EQ(without_unkept("{ as it is", {}), "{ as it is");
    EXPECT_THAT(faults_of(id_and_time + "  never_keep: [\"$\", { path: $.a, where: [] }]\n"),
                AllOf(test::fault("call_mapping.never_keep[0]", "path"),
                      test::fault("call_mapping.never_keep[1].where", "empty")));
}

TEST(Mapping, ThePlatformsMarksAreRead) {
    const auto* mapping =
        "  spam: { path: $.tags.spam, is: [true] }\n  deleted: { path: $.state, is: [removed] }\n";
    EXPECT_EQ(read(mapping, R"("tags":{"spam":true})").mark, CallMark::spam);
    EXPECT_EQ(read(mapping, R"("tags":{"spam":false},"state":"Removed")").mark, CallMark::deleted);
    EXPECT_EQ(read(mapping, R"("tags":{})").mark, CallMark::none);
}

TEST(Mapping, AFilterSaysWhichRecordsAreCalls) {
    const auto profile = profile_of(id_and_time, R"(
    record_filter:
      - { path: $.type, is: [call, voicemail] }
      - { path: $.channel, is_not: [web, ""] })");
    const auto page = read_listed_page(
        R"([{"id":"1","at":1784000000,"type":"call","channel":"phone"},
            {"id":"2","at":1784000000,"type":"sms","channel":"phone"},
            {"id":"3","at":1784000000,"type":"Voicemail","channel":"web"},
            {"id":"4","type":"note"},
            {"id":"5","at":1784000000,"type":"call"}])",
        profile.calls, profile.mapping);
    ASSERT_TRUE(page);
    EXPECT_THAT(page->calls, ElementsAre(Field(&Call::id, "1")));
    EXPECT_THAT(page->unreadable, IsEmpty());
    EXPECT_EQ(page->count(), 5U) << "all count where pages are counted";
    EXPECT_THAT(faults_of(id_and_time, "    record_filter: [{ path: $.a }]"),
                test::fault("streams.calls.record_filter[0]", "either"));
}

TEST(Mapping, TheSurveyReadsThroughTextAsACallDoes) {
    const auto profile = profile_of(id_and_time + "  summary: $.payload.summary\n");
    const auto survey =
        survey_fields(R"([{"id":"1","at":1784000000,"payload":"{\"summary\":\"hi\"}"}])",
                      profile.calls, profile.mapping);
    ASSERT_TRUE(survey);
    EXPECT_THAT(survey->fields,
                Contains(AllOf(Field(&FieldCount::field, "summary"), Field(&FieldCount::had, 1))));
}

TEST(Mapping, TheSurveyShowsAllPathsOfAField) {
    const auto profile = profile_of(
        id_and_time + "  caller_name: [$.a, $.b]\n  duration: { from: $.at, until: $.end }\n");
    const auto survey =
        survey_fields(R"([{"id":"1","at":1784000000,"b":"Jane"},{"id":"2","at":1784000000}])",
                      profile.calls, profile.mapping);
    ASSERT_TRUE(survey);
    EXPECT_THAT(survey->fields,
                Contains(AllOf(Field(&FieldCount::path, "$.a or $.b"), Field(&FieldCount::had, 1),
                               Field(&FieldCount::lacked, 1))));
    EXPECT_THAT(survey->fields,
                Contains(AllOf(Field(&FieldCount::field, "duration"),
                               Field(&FieldCount::path, "$.end"), Field(&FieldCount::lacked, 2))));
}

}  // namespace
}  // namespace ringbridge::receptionist
