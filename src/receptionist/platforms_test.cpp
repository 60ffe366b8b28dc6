// The built-in profiles of platforms with a public API: every document in tests/platforms gives
// exactly the call that is known of it, the same from the API as from an event, and what must not
// be kept is in none.
#include "core/phone.hpp"
#include "receptionist/call_codec.hpp"
#include "receptionist/event.hpp"
#include "receptionist/never_keep.hpp"
#include "receptionist/test_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::vector<std::string> platforms{"bland", "elevenlabs", "retell", "synthflow", "vapi"};

json document(const std::string& platform, const std::string& name) {
    std::ifstream file{RINGBRIDGE_SOURCE_DIR "/tests/platforms/" + platform + "/" + name + ".json"};
    return json::parse(file);
}

/// A record in a document, and the call that it is.
struct Expected {
    const char* platform;
    const char* document;
    const char* record;  ///< a JSON pointer
    Call call;
};

const auto start = test::moment("2026-10-05T14:20:00Z");
constexpr const char* caller = "+13035550142";
constexpr const char* ours = "+13035550190";
constexpr const char* lead = "+13035550177";
const std::string summary = "Priya Raman wants her boiler looked at and took Thursday at eight.";

std::string talk(const std::string& before, const std::string& agent, const std::string& user,
                 const std::string& end = "\n") {
    return before + agent + ": Copper Kettle Heating, good morning." + end + user +
           ": Priya Raman, 9 Mill Lane. The boiler is cold.\n" + agent +
           ": Thursday at eight is open.";
}

// The call that each platform reports in its own way.
Call boiler(const char* id) {
    return {.id = CallId{std::string{id}},
            .called_at = start,
            .duration = 64s,
            .caller_phone = caller,
            .agent_phone = ours,
            .caller_name = "Priya Raman",
            .summary = summary};
}

Call at_elevenlabs() {
    auto call = boiler("conv_kettle_1");
    call.primary_action = "Boiler visit booked";
    call.transcript = talk("", "agent", "user");
    call.end_reason = "success";
    call.form_answers = {{"Caller name", "Priya Raman"},
                         {"service_address", "9 Mill Lane"},
                         {"is_emergency", "false"},
                         {"radiators", "7"}};
    return call;
}

Call at_retell(bool whole = true) {
    auto call = boiler("call_kettle_1");
    if (whole) call.transcript = talk("", "Agent", "User") + "\n";
    call.recording_url = "https://recordings.example.com/retell/1-scrubbed.wav";
    call.end_reason = "user_hangup";
    call.form_answers = {{"Caller name", "Priya Raman"}, {"service_address", "9 Mill Lane"},
                         {"is_emergency", "false"},      {"radiators", "7"},
                         {"job.kind", "boiler"},         {"job.parts.pump", "true"}};
    return call;
}

Call at_vapi() {
    auto call = boiler("call-kettle-1");
    call.called_at += 250ms;
    call.transcript = talk("", "AI", "User") + "\n";
    call.recording_url = "https://storage.example.com/vapi/1-mono.wav";
    call.end_reason = "customer-ended-call";
    call.form_answers = {{"Caller name", "Priya Raman"},
                         {"service_address", "9 Mill Lane"},
                         {"is_emergency", "false"},
                         {"radiators", "7"},
                         {"Booked", "true"},
                         {"floor", "ground"}};
    return call;
}

Call from_vapis_list() {
    auto call = at_vapi();
    call.agent_phone.clear();  // it has the number's id only: see the lookup
    return call;
}

Call at_bland() {
    auto call = boiler("b-kettle-1");
    call.primary_action = "BOOKED";
    call.transcript =
        "assistant: Copper Kettle Heating, good morning. \n user: Priya Raman, 9 Mill Lane. The "
        "boiler is cold. \n assistant: Thursday at eight is open.";
    call.recording_url = "https://recordings.example.com/bland/1.mp3";
    call.end_reason = "BOOKED";
    call.form_answers = {{"Caller name", "Priya Raman"},
                         {"radiators", "7"},
                         {"service_address", "9 Mill Lane"},
                         {"is_emergency", "false"}};
    return call;
}

Call at_synthflow() {
    auto call = boiler("s-kettle-1");
    call.summary.clear();
    call.primary_action = "Visit booked";
    call.transcript = talk("\n", "bot", "human", " \n");
    call.recording_url = "https://recordings.example.com/synthflow/1.wav";
    call.end_reason = "agent_ended_call";
    call.form_answers = {{"preferred_day", "Thursday"},
                         {"caller name", "Priya R."},
                         {"radiators", "7"},
                         {"job.kind", "boiler"},
                         {"job.urgent", "false"},
                         {"service_address", "9 Mill Lane"}};
    return call;
}

// Somebody whom we called and who did not answer.
Call unanswered(const char* id, UtcTime at, const char* why,
                std::optional<std::chrono::seconds> lasted, const char* name = "") {
    return {.id = CallId{std::string{id}},
            .called_at = at,
            .duration = lasted,
            .caller_phone = lead,
            .agent_phone = ours,
            .caller_name = name,
            .end_reason = why,
            .missed = true,
            .kind = CallKind::outbound};
}

Call from_a_browser(const char* id) {
    return {.id = CallId{std::string{id}},
            .called_at = start + 10min,
            .duration = 30s,
            .kind = CallKind::web};
}

Call with(Call call, const std::function<void(Call&)>& change) {
    change(call);
    return call;
}

std::vector<Expected> table() {
    return {
        {"elevenlabs", "get", "", at_elevenlabs()},
        {"elevenlabs", "hook", "/data", at_elevenlabs()},
        {"elevenlabs", "list-page", "/conversations/1",
         with(from_a_browser("conv_kettle_2"), [](Call& c) { c.end_reason = "success"; })},
        {"elevenlabs", "hook-failed", "/data",
         unanswered("conv_kettle_4", start + 20min, "no-answer", 0s)},
        {"retell", "get", "", at_retell()},
        {"retell", "hook", "/call", at_retell()},
        {"retell", "list-page", "/items/0", at_retell(false)},
        {"retell", "list-page", "/items/1",
         with(from_a_browser("call_kettle_2"),
              [](Call& c) {
                  c.caller_name = "Omar";
                  c.end_reason = "user_hangup";
                  c.form_answers = {{"Name", "Omar"}, {"phone", "303 555 0123"}};
              })},
        {"retell", "list-page", "/items/2",
         with(unanswered("call_kettle_3", {}, "dial_no_answer", std::nullopt),
              [](Call& c) { c.undated = true; })},
        {"vapi", "get", "", from_vapis_list()},
        {"vapi", "hook", "/message", at_vapi()},
        {"vapi", "list-page", "/1",
         with(unanswered("call-kettle-3", start + 15min, "customer-busy", std::nullopt, "Ola Berg"),
              [](Call& c) { c.agent_phone.clear(); })},
        {"vapi", "list-page", "/2",
         with(from_a_browser("call-kettle-2"),
              [](Call& c) {
                  c.summary = "A test.";
                  c.end_reason = "customer-ended-call";
              })},
        {"bland", "get", "", at_bland()},
        {"bland", "hook", "", at_bland()},
        {"bland", "list-page", "/calls/1",
         with(from_a_browser("b-kettle-2"), [](Call& c) { c.duration = 66s; })},
        {"bland", "list-page", "/calls/2",
         unanswered("b-kettle-3", start + 15min, "", std::chrono::seconds{0})},
        {"synthflow", "get", "/response/calls/0", at_synthflow()},
        {"synthflow", "hook", "", at_synthflow()},
        {"synthflow", "list-page", "/response/calls/1",
         unanswered("s-kettle-3", start + 15min, "no-answer", 0s, "Ola Berg")},
        {"synthflow", "list-page", "/response/calls/2",
         with(from_a_browser("s-kettle-2"),
              [](Call& c) {
                  c.agent_phone = ours;
                  c.end_reason = "completed";
              })},
    };
}

// In any order: JSON's objects have none.
Call in_order(Call call) {
    std::ranges::sort(call.form_answers, {}, &FormAnswer::question);
    return call;
}

TEST(Platforms, EveryDocumentGivesTheCallThatIsKnownOfIt) {
    for (const auto& [platform, name, pointer, expected] : table()) {
        SCOPED_TRACE(std::string{platform} + "/" + name + pointer);
        if (std::string_view{name} == "hook-failed") continue;  // dated by its event
        const auto record = document(platform, name).at(json::json_pointer{pointer});
        const auto read = read_record(record.dump(), builtin_profile(platform).mapping);
        ASSERT_TRUE(std::holds_alternative<Call>(read)) << std::get<UnreadableRecord>(read).why;
        const auto call = in_order(std::get<Call>(read));
        const auto wanted = in_order(expected);
        EXPECT_EQ(call.form_answers, wanted.form_answers)
            << testing::PrintToString(call.form_answers.size());
        for (const auto& text : call_texts) {
            EXPECT_EQ(call.*text.field, wanted.*text.field) << text.name;
        }
        EXPECT_EQ(format_utc(call.called_at), format_utc(wanted.called_at));
        EXPECT_EQ(call.duration, wanted.duration);
        EXPECT_EQ(word_of(call_kinds, call.kind), word_of(call_kinds, wanted.kind));
        EXPECT_EQ(call.missed, wanted.missed);
        EXPECT_FALSE(call.ongoing);
        EXPECT_EQ(call, wanted);
    }
}

// As it comes by webhook. Synthflow's is not believed: only its id counts.
TEST(Platforms, EveryEventGivesTheCallThatIsKnownOfIt) {
    for (const auto& [platform, name, pointer, expected] : table()) {
        if (!std::string_view{name}.starts_with("hook")) continue;
        SCOPED_TRACE(std::string{platform} + "/" + name);
        const auto profile = builtin_profile(platform);
        const auto event = read_event(document(platform, name).dump(1), *profile.webhook);
        ASSERT_TRUE(std::holds_alternative<CallEvent>(event));
        const auto& record = std::get<CallEvent>(event).record;
        EXPECT_EQ(id_of_record(record, profile.mapping), expected.id);
        if (!profile.webhook->is_believed()) continue;
        const auto read = read_record(record, profile.mapping);
        ASSERT_TRUE(std::holds_alternative<Call>(read)) << std::get<UnreadableRecord>(read).why;
        EXPECT_EQ(in_order(std::get<Call>(read)), in_order(expected));
    }
}

// The examples of the facts about these platforms: one call, as each of them reports it.
class Examples : public testing::TestWithParam<std::string> {
  protected:
    Call call_in(const std::string& record) const {
        const auto read = read_record(record, profile.mapping);
        if (const auto* call = std::get_if<Call>(&read)) return *call;
        ADD_FAILURE() << std::get<UnreadableRecord>(read).why;
        return {};
    }
    std::string sent() const {
        const auto event =
            read_event(document(GetParam(), "example-hook").dump(), *profile.webhook);
        return std::get<CallEvent>(event).record;
    }
    Call got() const {
        const auto& webhook = profile.webhook_detail;
        const auto path = webhook ? webhook->record : parse_json_path("$").value();
        return call_in(*merge_detail("{}", document(GetParam(), "example-get").dump(), path));
    }
    static std::map<std::string, std::string> answers_of(const Call& call) {
        std::map<std::string, std::string> answers;
        for (const auto& [question, answer] : call.form_answers) answers[question] = answer;
        return answers;
    }
    void expect_dana(const Call& call) const {
        EXPECT_EQ(call.caller_name, "Dana Whitlow");
        EXPECT_EQ(call.caller_phone, "+12025550143");
        EXPECT_EQ(call.called_at, test::moment("2026-11-23T11:30:00Z") + (is_vapi() ? 740ms : 0ms));
        EXPECT_EQ(call.duration, 87s);
        EXPECT_EQ(call.kind, CallKind::inbound);
        EXPECT_FALSE(call.missed);
        auto answers = answers_of(call);
        EXPECT_EQ(answers["service_address"], "14 Quarry Street");
        EXPECT_EQ(answers["bathrooms"], "2");
        if (is_vapi()) EXPECT_EQ(answers["Booked"], "true");
        if (!is_synthflow()) EXPECT_EQ(answers["is_emergency"], "false");
        if (is_synthflow()) {
            for (const auto* more : {"preferred_day", "job.kind", "job.urgent"}) {
                EXPECT_TRUE(answers.contains(more)) << more;
            }
        }
    }
    bool is_vapi() const { return GetParam() == "vapi"; }
    bool is_synthflow() const { return GetParam() == "synthflow"; }

    const Profile profile = builtin_profile(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Each, Examples, testing::ValuesIn(platforms),
                         [](const auto& name) { return name.param; });

TEST_P(Examples, TheEventAndTheApiGiveTheCallThatIsKnownOfThem) {
    expect_dana(got());
    if (!is_vapi()) EXPECT_EQ(got().agent_phone, "+12025550110");
    EXPECT_EQ(id_of_record(sent(), profile.mapping), got().id);
    if (!profile.webhook->is_believed()) return;
    expect_dana(call_in(sent()));
    EXPECT_EQ(call_in(sent()).agent_phone, "+12025550110");
}

TEST_P(Examples, OtherEventsAreNoCalls) {
    if (is_synthflow()) return;  // none is known
    const auto event =
        read_event(document(GetParam(), "example-hook-ignored").dump(), *profile.webhook);
    EXPECT_TRUE(std::holds_alternative<OtherEvent>(event));
}

TEST_P(Examples, EachRowOfTheListIsRead) {
    const auto page = read_listed_page(document(GetParam(), "example-list-page").dump(),
                                       profile.calls, profile.mapping);
    ASSERT_TRUE(page);
    EXPECT_THAT(page->unreadable, IsEmpty());
    EXPECT_THAT(page->calls, Not(IsEmpty()));
}

TEST(Platforms, WhatMustNotBeKeptIsTakenOutOfEveryDocument) {
    for (const auto& platform : platforms) {
        const auto& never_keep = builtin_profile(platform).mapping.never_keep;
        for (const auto* name : {"hook", "get", "list-page"}) {
            SCOPED_TRACE(platform + "/" + name);
            const auto body = document(platform, name).dump();
            const auto kept = without_unkept(body, never_keep);
            EXPECT_THAT(kept, Not(HasSubstr("KEEP_OUT")));
            EXPECT_THAT(kept, HasSubstr("kettle"));
        }
    }
}

TEST(Platforms, NothingOfABodyThatIsNotJsonIsKept) {
    for (const auto& platform : platforms) {
        const auto body = document(platform, "hook").dump();
        const auto mapping = builtin_profile(platform).mapping;
        for (const auto& broken : {body.substr(0, body.size() - 3), "x" + body}) {
            EXPECT_THAT(without_unkept(broken, mapping.never_keep), HasSubstr("not JSON"));
            const auto record = std::get<UnreadableRecord>(read_record(broken, mapping));
            EXPECT_THAT(record.raw, Not(HasSubstr("KEEP_OUT")));
        }
    }
}

TEST(Platforms, ARecordThatCannotBeReadIsKeptWithoutWhatMustNotBe) {
    for (const auto& platform : platforms) {
        auto whole = document(platform, "hook");
        whole["nothing that the mapping knows"] = true;
        const auto record = json{{"wrapped", whole}}.dump();
        const auto read = read_record(record, builtin_profile(platform).mapping);
        const auto unreadable = std::get<UnreadableRecord>(read);
        EXPECT_THAT(unreadable.raw, Not(HasSubstr("KEEP_OUT"))) << platform;
        EXPECT_THAT(unreadable.raw, HasSubstr("kettle")) << platform;
    }
}

TEST(Platforms, UnfinishedCallsAreLeftOutOfTheList) {
    for (const auto& platform : platforms) {
        const auto profile = builtin_profile(platform);
        const auto page = read_listed_page(document(platform, "list-page").dump(), profile.calls,
                                           profile.mapping);
        ASSERT_TRUE(page) << platform;
        EXPECT_EQ(page->left_out.size(), 1U) << platform;
        EXPECT_THAT(page->unreadable, IsEmpty()) << platform;
        for (const auto& call : page->calls) EXPECT_FALSE(call.ongoing) << platform;
    }
}

TEST(Platforms, AThinRowIsCompletedByItsDetail) {
    for (const auto& [platform, list, whole] :
         {std::tuple{"elevenlabs", "/conversations/0", at_elevenlabs()},
          std::tuple{"retell", "/items/0", at_retell()},
          std::tuple{"bland", "/calls/0", at_bland()}}) {
        SCOPED_TRACE(platform);
        const auto profile = builtin_profile(platform);
        const auto row = document(platform, "list-page").at(json::json_pointer{list}).dump();
        const auto merged = merge_detail(row, document(platform, "get").dump(),
                                         profile.calls.detail.value_or(Detail{}).record);
        ASSERT_TRUE(merged);
        EXPECT_EQ(in_order(std::get<Call>(read_record(*merged, profile.mapping))), in_order(whole));
    }
}

TEST(Platforms, OurNumberIsLookedUpByItsId) {
    const auto profile = builtin_profile("vapi");
    const auto lookup = profile.calls.lookup.value_or(Lookup{});
    const auto body = document("vapi", "list-page").dump();
    EXPECT_THAT(ids_to_look_up(body, profile.calls), testing::ElementsAre("num_kettle"));
    const auto objects =
        looked_up_in(document("vapi", "phone-numbers").dump(), lookup, profile.mapping);
    ASSERT_TRUE(objects);
    EXPECT_THAT(objects->at("num_kettle"), Not(HasSubstr("KEEP_OUT")));
    const auto page = read_listed_page(body, profile.calls, profile.mapping, *objects);
    ASSERT_TRUE(page);
    EXPECT_EQ(in_order(page->calls.back()), in_order(at_vapi()));
    EXPECT_EQ(page->calls.front().agent_phone, ours);
}

TEST(Platforms, WithheldNumbersAreReadAsSuch) {
    for (const auto* number : {"anonymous", "sip:anonymous@anonymous.invalid", "+266696687",
                               "+86282452253", "+464", "Restricted", "unavailable"}) {
        auto record = document("bland", "get");
        record["from"] = number;
        const auto call =
            std::get<Call>(read_record(record.dump(), builtin_profile("bland").mapping));
        EXPECT_EQ(call.kind, CallKind::inbound) << number;
        EXPECT_FALSE(parse_phone(call.caller_phone, "US").has_value()) << number;
    }
}

}  // namespace
}  // namespace ringbridge::receptionist
