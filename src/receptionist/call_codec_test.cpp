// How a platform's records become calls, in any format.
#include "receptionist/call_codec.hpp"

#include "core/text.hpp"
#include "receptionist/record_split.hpp"
#include "receptionist/test_world.hpp"
#include "receptionist/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

const Profile& goodcall() {
    static const auto profile = builtin_profile("goodcall");
    return profile;
}

std::variant<Call, UnreadableRecord> read(const std::string& raw) {
    return read_record(raw, goodcall().mapping);
}

// A record with the two required fields and `more`.
Call call_with(const std::string& more) {
    return std::get<Call>(
        read(R"({"id":"c_1","callTimestamp":"2026-04-12T15:04:05.000Z",)" + more + "}"));
}

std::expected<ListedPage, UnreadablePage> page(std::string body) {
    return read_listed_page(std::move(body), goodcall().calls, goodcall().mapping);
}

TEST(Record, ReadsEveryField) {
    const auto call = std::get<Call>(read(R"({"id":"c_1",
        "callTimestamp":"2026-04-12T15:04:05.000Z","durationSeconds":93,
        "customerPhone":"(571) 830-8515","agentPhone":"+17035550100","callerName":"Jane Doe",
        "primaryAction":"Book appointment","summary":"s","transcript":"t",
        "recordingUrl":"https://r.test/1.mp3",
        "formResponses":[{"question":"Service address?","answer":"12 Oak St"}]})"));
    EXPECT_EQ(call, (Call{.id = "c_1",
                          .called_at = test::moment("2026-04-12T15:04:05Z"),
                          .duration = 93s,
                          .caller_phone = "(571) 830-8515",
                          .agent_phone = "+17035550100",
                          .caller_name = "Jane Doe",
                          .primary_action = "Book appointment",
                          .summary = "s",
                          .transcript = "t",
                          .recording_url = "https://r.test/1.mp3",
                          .form_answers = {{"Service address?", "12 Oak St"}}}));
}

TEST(Record, IsAMissedCallIfItsOutcomeIsListedAsMissed) {
    for (const auto* outcome : {R"("missed")", R"(" No-Answer ")", R"("ABANDONED")"}) {
        EXPECT_TRUE(call_with(R"("status":)" + std::string{outcome}).missed) << outcome;
    }
    for (const auto* outcome : {R"("completed")", R"("")", "null", "7", R"({"a":["missed"]})"}) {
        EXPECT_FALSE(call_with(R"("status":)" + std::string{outcome}).missed) << outcome;
    }
    EXPECT_FALSE(call_with(R"("callerName":"missed")").missed);
}

struct TimeCase {
    const char* json;
    const char* utc;  // null: unreadable
};
class RecordTime : public testing::TestWithParam<TimeCase> {};

TEST_P(RecordTime, IsReadInAnyZoneAndNeverGuessed) {
    const auto& [text, utc] = GetParam();
    const auto record = read(R"({"id":"c_1","callTimestamp":)" + std::string{text} + "}");
    if (utc != nullptr) {
        ASSERT_TRUE(std::holds_alternative<Call>(record)) << text;
        EXPECT_EQ(format_utc(std::get<Call>(record).called_at), utc);
    } else {
        ASSERT_TRUE(std::holds_alternative<UnreadableRecord>(record)) << text;
        EXPECT_EQ(std::get<UnreadableRecord>(record).key, "c_1");
    }
}

INSTANTIATE_TEST_SUITE_P(
    Record, RecordTime,
    testing::Values(TimeCase{R"("2026-04-12T15:04:05.000Z")", "2026-04-12T15:04:05.000Z"},
                    TimeCase{R"(" 2026-04-12T15:04:05Z ")", "2026-04-12T15:04:05.000Z"},
                    TimeCase{R"("2026-04-12T11:04:05-04:00")", "2026-04-12T15:04:05.000Z"},
                    TimeCase{R"("2026-04-12T15:04:05.123456Z")", "2026-04-12T15:04:05.123Z"},
                    TimeCase{R"("2026-04-12T20:34:05.123456+05:30")", "2026-04-12T15:04:05.123Z"},
                    TimeCase{"1776006245", "2026-04-12T15:04:05.000Z"},
                    TimeCase{"1776006245123", "2026-04-12T15:04:05.123Z"},
                    TimeCase{"1776006245.123", "2026-04-12T15:04:05.123Z"},
                    TimeCase{R"("1776006245123")", "2026-04-12T15:04:05.123Z"},
                    TimeCase{R"("2026-04-12T15:04:05")", nullptr},
                    TimeCase{R"("2026-04-12")", nullptr}, TimeCase{R"("yesterday")", nullptr},
                    TimeCase{R"("")", nullptr}, TimeCase{"null", nullptr}, TimeCase{"-5", nullptr},
                    TimeCase{"true", nullptr}, TimeCase{"[1776006245]", nullptr},
                    TimeCase{"9223372036854775807", nullptr},
                    TimeCase{"18446744073709551615", nullptr}, TimeCase{"1e300", nullptr}));

struct TextCase {
    const char* json;
    const char* text;
};
class RecordText : public testing::TestWithParam<TextCase> {};

TEST_P(RecordText, IsReadFromAnyType) {
    const auto& [text, expected] = GetParam();
    EXPECT_EQ(call_with(R"("transcript":)" + std::string{text}).transcript, expected);
}

INSTANTIATE_TEST_SUITE_P(
    Record, RecordText,
    testing::Values(TextCase{R"("plain")", "plain"}, TextCase{"null", ""}, TextCase{R"("")", ""},
                    TextCase{"5718308515", "5718308515"}, TextCase{"5718308515.0", "5718308515"},
                    TextCase{"1.5", "1.5"}, TextCase{"true", "yes"}, TextCase{"[]", ""},
                    TextCase{"{}", ""}, TextCase{R"(["a",null,"b"])", "a\nb"},
                    TextCase{R"([{"role":"agent","text":"Hi"},{"role":"caller","text":"Hello"}])",
                             "agent: Hi\ncaller: Hello"},
                    TextCase{R"([{"speaker":"A","content":["x","y"]}])", "A: x\ny"},
                    TextCase{R"({"name":"Book"})", "Book"},
                    TextCase{R"({"odd":1})", R"({"odd":1})"}, TextCase{R"("a\u0000b")", "ab"},
                    TextCase{R"("cut \ud83d")", "cut \xEF\xBF\xBD"},
                    TextCase{R"("\udc00\ud83d\ude00")", "\xEF\xBF\xBD\xF0\x9F\x98\x80"},
                    TextCase{"\"a\tb\nc\"", "a b c"}, TextCase{"NaN", ""},
                    TextCase{"-Infinity", ""}, TextCase{R"("NaN")", "NaN"}));

struct DurationCase {
    const char* json;
    std::optional<std::chrono::seconds> duration;
};
class RecordDuration : public testing::TestWithParam<DurationCase> {};

TEST_P(RecordDuration, IsReadInManyFormats) {
    EXPECT_EQ(call_with(R"("durationSeconds":)" + std::string{GetParam().json}).duration,
              GetParam().duration);
}

INSTANTIATE_TEST_SUITE_P(
    Record, RecordDuration,
    testing::Values(
        DurationCase{"93", 93s}, DurationCase{"93.4", 93s}, DurationCase{"0", 0s},
        DurationCase{R"("93")", 93s}, DurationCase{R"("93.4")", 93s},
        DurationCase{R"("1:33")", 93s}, DurationCase{R"("01:01:33")", 3693s},
        DurationCase{R"(" 93s ")", 93s}, DurationCase{R"("2m")", 120s}, DurationCase{"null", {}},
        DurationCase{R"("")", {}}, DurationCase{R"(":")", {}}, DurationCase{R"("1:-3")", {}},
        DurationCase{"-1", {}}, DurationCase{"1e99", {}}, DurationCase{R"("nan")", {}},
        DurationCase{R"("inf")", {}}, DurationCase{R"("PT4M7S")", 247s},
        DurationCase{R"("PT1H0M7.4S")", 3607s}, DurationCase{R"("P0DT4M7S")", 247s},
        DurationCase{R"("P1D")", 86400s}, DurationCase{R"("4m 7s")", 247s},
        DurationCase{R"("4m7s")", 247s}, DurationCase{R"("04:07")", 247s},
        DurationCase{R"("00:04:07.0001")", 247s}, DurationCase{R"("4 min 7 sec")", 247s},
        DurationCase{R"("1 hr, 2 mins")", 3720s},
        DurationCase{R"("4 Minutes and 7 Seconds")", 247s}, DurationCase{R"("1.5 minutes")", 90s},
        DurationCase{R"("247 seconds")", 247s}, DurationCase{R"("247000ms")", 247s},
        DurationCase{R"("P")", {}}, DurationCase{R"("PT")", {}}, DurationCase{R"("P1M")", {}},
        DurationCase{R"("4m 7")", {}}, DurationCase{R"("4x")", {}}, DurationCase{R"("-4m")", {}},
        DurationCase{R"("4m -7s")", {}}, DurationCase{R"("m 7s")", {}},
        DurationCase{R"("4m and")", {}}, DurationCase{R"("long")", {}}, DurationCase{"[93]", {}},
        DurationCase{"true", {}}));

TEST(Record, FormAnswersComeInManyShapes) {
    const auto answers = [](const std::string& json) {
        return call_with(R"("formResponses":)" + json).form_answers;
    };
    EXPECT_THAT(answers(R"([{"question":"A?","answer":1},{"question":"B?"},{},null,"loose"])"),
                ElementsAre(FormAnswer{"A?", "1"}, FormAnswer{"B?", ""}, FormAnswer{"", "loose"}));
    EXPECT_THAT(answers(R"({"A?":"1","B?":["x","y"]})"),
                ElementsAre(FormAnswer{"A?", "1"}, FormAnswer{"B?", "x\ny"}));
    for (const auto* nothing : {"null", "\"\"", "3", "[]", "{}"}) {
        EXPECT_THAT(answers(nothing), IsEmpty()) << nothing;
    }
}

TEST(Record, IdsMayBeNumbers) {
    const auto id = [](const char* json) {
        const auto record = read(R"({"callTimestamp":1776006245,"id":)" + std::string{json} + "}");
        const auto* call = std::get_if<Call>(&record);
        return call == nullptr ? "unreadable" : call->id.text;
    };
    EXPECT_EQ(id("17"), "17");
    EXPECT_EQ(id("18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(id(R"(" c_1 ")"), "c_1");
    for (const auto* none : {"null", "\"\"", "\"  \"", "{}", "[1]", "true", "1.5", R"("a\nb")"}) {
        EXPECT_EQ(id(none), "unreadable") << none;
    }
    EXPECT_EQ(id(("\"" + std::string(201, 'x') + "\"").c_str()), "unreadable");
}

TEST(Record, AnUnreadableRecordIsKeptVerbatim) {
    const std::string raw = R"({ "callTimestamp": 1776006245, "b": 1, "a": 2 })";
    const auto kept = std::get<UnreadableRecord>(read(raw));
    EXPECT_EQ(kept.raw, raw);
    EXPECT_THAT(kept.key.text, StartsWith("no-id:")) << "by its time: that does not change";
    EXPECT_THAT(kept.why, HasSubstr("$.id"));
    EXPECT_EQ(std::get<UnreadableRecord>(read(raw)).key, kept.key);
    EXPECT_EQ(std::get<UnreadableRecord>(read("[]")).key.text, "unreadable:" + stable_hash("[]"));
    EXPECT_EQ(stable_hash("a"), "af63dc4c8601ec8c");  // FNV-1a's published test vector
}

// Each level is a list or an object with another element.
std::string nested(int levels) {
    std::string deep = R"("the bottom")";
    for (int i = 0; i < levels; ++i) {
        deep = i % 2 == 0 ? R"([")] }",)" + deep + "]" : R"({"x":1,"y":)" + deep + R"(,"z":"{"})";
    }
    return deep;
}

TEST(Record, DeepNestingInAnUnmappedFieldLosesNothing) {
    for (const int levels : {60, 400, 5'000}) {
        const auto call = call_with(R"("debug":)" + nested(levels) + R"(,"summary":"Hello")");
        EXPECT_EQ(call.summary, "Hello") << levels;
    }
}

TEST(Record, ATooLargeNumberInAnUnmappedFieldLosesNothing) {
    EXPECT_EQ(call_with(R"("debug":[-1e999,2],"summary":"Costs 1e999")").summary, "Costs 1e999");
}

TEST(Record, ExtremeNestingIsUnreadableOrDropped) {
    const auto deep = std::string(100'000, '[');
    EXPECT_TRUE(std::holds_alternative<UnreadableRecord>(read(deep)));
    const auto call =
        call_with(R"("callerName":"Jane","summary":)" + deep + std::string(100'000, ']'));
    EXPECT_EQ(call.caller_name, "Jane");
    EXPECT_EQ(call.summary, "");
}

TEST(ListedPage, ABrokenRecordDoesNotAffectOthers) {
    const auto listed = page(
        "{\"calls\":[{\"id\":\"a\",\"callTimestamp\":1776006245,\"summary\":\"\xFF\"},\"b\",null,"
        "{\"id\":\"c\" \"x\"},{\"id\":\"d\",\"callTimestamp\":1e999},"
        "{\"id\":\"e\",\"callTimestamp\":1776006245}],\"total\":\"6\"}");
    ASSERT_TRUE(listed);
    ASSERT_THAT(listed->calls, SizeIs(2));
    EXPECT_EQ(listed->calls[0].summary, "\xEF\xBF\xBD");
    EXPECT_EQ(listed->calls[1].id, "e");
    EXPECT_THAT(listed->unreadable, SizeIs(4));
    EXPECT_EQ(listed->total, 6);
}

TEST(ListedPage, AFiveMegabyteTranscriptPasses) {
    const std::string words(5'000'000, 'w');
    const auto listed = page(R"({"calls":[{"id":"a","callTimestamp":1776006245,"transcript":")" +
                             words + R"("}]})");
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->calls.at(0).transcript, words);
}

TEST(ListedPage, MayBeEmpty) {
    for (const auto* body : {R"({"calls":[]})", R"({"calls":null})", "\xEF\xBB\xBF{\"calls\":[]}",
                             R"( { "x" : 1 , "calls" : [ ] } )"}) {
        const auto listed = page(body);
        ASSERT_TRUE(listed) << body;
        EXPECT_EQ(listed->count(), 0U);
    }
}

TEST(ListedPage, AMissingListIsDistinctFromInvalidJson) {
    for (const auto* body : {"{}", "[]", "null", "3", R"({"calls":{"count":0}})",
                             R"({"calls":"x"})", R"({"error":"x","y":[1,{"calls":[]}]})"}) {
        EXPECT_EQ(page(body).error(), UnreadablePage::no_list) << body;
    }
    for (const auto* body :
         {"", "x", "{", R"({"calls")", R"({"calls":)", R"({"calls":[)", R"({"calls":[{"id":"a")",
          R"({"calls":[1,]})", R"({"calls":[1)", R"({"calls":[])", R"({"calls":[]} x)",
          R"({"calls":[1 2]})", R"({"calls":nul})", R"({"a":}, "calls":[]})"}) {
        EXPECT_EQ(page(body).error(), UnreadablePage::no_json) << body;
    }
}

TEST(SplitRecords, FollowsThePath) {
    const auto split = [](const char* body, const char* path) {
        const auto list = parse_json_path(path).value_or(JsonPath{});
        const auto records = split_records(body, list);
        return records ? records->records : std::vector<std::string_view>{"none"};
    };
    EXPECT_THAT(split("[1, [2] ,\"]\"]", "$[*]"), ElementsAre("1", "[2]", "\"]\""));
    EXPECT_THAT(split(R"({"a":[0,{"b":[{}]}]})", "$.a[1].b[*]"), ElementsAre("{}"));
    EXPECT_THAT(split(R"({"a":[0]})", "$.a[1].b[*]"), ElementsAre("none"));
}

TEST(Text, IsMadeValid) {
    EXPECT_EQ(clean_text("plain \xC3\xA9 \xF0\x9F\x98\x80"), "plain \xC3\xA9 \xF0\x9F\x98\x80");
    EXPECT_EQ(clean_text(std::string{"a\0b", 3}), "ab");
    EXPECT_EQ(clean_text("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong
    EXPECT_EQ(clean_text("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // cut short
    EXPECT_EQ(clean_text("\xED\xA0\x80").size(), 9U);               // a surrogate
}

// --- properties -----------------------------------------------------------------------------

json any_json(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 8 : 6)) {
        case 0:
            return nullptr;
        case 1:
            return *rc::gen::arbitrary<bool>();
        case 2:
            return *rc::gen::arbitrary<std::int64_t>();
        case 3:
            return *rc::gen::arbitrary<double>();
        case 4:
            return *rc::gen::arbitrary<std::string>();
        case 5:
            return *rc::gen::element<std::string>("2026-04-12T15:04:05Z", "1:33", "c_1", "93",
                                                  "+15718308515", "\xED\xA0\x80");
        case 6: {
            auto list = json::array();
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i) list.push_back(any_json(depth - 1));
            return list;
        }
        default: {
            auto object = json::object();
            for (int i = *rc::gen::inRange(0, 6); i > 0; --i) {
                object[*rc::gen::element<std::string>(
                    "id", "callTimestamp", "durationSeconds", "customerPhone", "transcript",
                    "question", "formResponses", "role", "text", "x")] = any_json(depth - 1);
            }
            return object;
        }
    }
}

std::string text_of(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

RC_GTEST_PROP(RecordProperty, AnyJsonIsACallOrAnUnreadableRecord, ()) {
    const auto value = any_json(3);
    const auto record = read(text_of(value));
    if (const auto* call = std::get_if<Call>(&record)) {
        RC_ASSERT(!call->id.empty());
        RC_ASSERT(clean_text(call->transcript) == call->transcript);
    } else {
        RC_ASSERT(!std::get<UnreadableRecord>(record).key.empty());
        RC_ASSERT(!std::get<UnreadableRecord>(record).why.empty());
    }
}

RC_GTEST_PROP(RecordProperty, AnyTextIsReadWithoutThrowing, (std::string text)) {
    (void)read(text);
    RC_CLASSIFY(page(text).has_value());
    RC_CLASSIFY(page(R"({"calls":[)" + text + "]}").has_value());
}

RC_GTEST_PROP(ListedPageProperty, EveryRecordIsAccountedFor, ()) {
    auto records = json::array();
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i) records.push_back(any_json(3));
    const auto body = json{{"calls", records}, {"total", records.size()}};
    const auto listed = page(text_of(body));
    RC_ASSERT(listed.has_value());
    RC_ASSERT(listed->count() == records.size());
}

RC_GTEST_PROP(ListedPageProperty, ATruncatedPageIsNeverAccepted, ()) {
    const auto body = text_of(json{{"calls", json::array({any_json(3), any_json(3)})}});
    const auto length = *rc::gen::inRange<std::size_t>(0, body.size());
    RC_ASSERT(!page(body.substr(0, length)).has_value());
}

RC_GTEST_PROP(RepairJsonProperty, LeavesValidJsonUnchanged, ()) {
    const auto text = text_of(any_json(3));
    RC_ASSERT(repair_json(text) == text);
}

}  // namespace
}  // namespace ringbridge::receptionist
