// Platforms with a public API, by polling alone: from the simulated vendors' calls to HubSpot's.
#include "core/activity_text.hpp"
#include "sim/vendor/vendor.hpp"
#include "tests/flow/town.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using bridge::CallResult;
using sim::VendorCall;
using sim::VendorName;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using Kind = VendorCall::Kind;
using State = VendorCall::State;

std::string property(const auto& record, const std::string& name) {
    const auto found = record.properties.find(name);
    return found == record.properties.end() ? std::string{} : found->second;
}

class Platforms : public testing::TestWithParam<VendorName> {
  protected:
    Platforms() : vendor{{.name = GetParam(), .agents = {"agent_1", "agent_2"}}} {
        town.network.mount(site_origin, [this](const HttpRequest& request, UtcTime now) {
            return vendor.answer(request, now);
        });
        options.profile = word_of(sim::vendor_names, GetParam());
        options.api_key = vendor.options().api_key;
    }

    bool is(VendorName name) const { return GetParam() == name; }

    VendorCall call(const std::string& id, Milliseconds ago = 10min) const {
        VendorCall call{.id = id, .at = town.world.now() - ago, .seconds = 87};
        call.outside_phone = "+12025550143";
        call.summary = "Wants a visit on Tuesday.";
        call.title = "Visit booked";
        call.answers = R"({"caller name":"Dana Whitlow","service_address":"14 Quarry Street",
                           "is_emergency":false,"bathrooms":2,"email":null})";
        call.turns = {{"agent", "How may I help?"}, {"user", "The heater drips."}};
        return call;
    }
    bridge::Report sync() { return Process{town, options}.sync(last_week(town)); }

    sim::PortalCall activity(const std::string& id) const {
        const auto label = receptionist::builtin_profile(options.profile).label;
        for (auto& one : town.portal.calls()) {
            const auto ids = marked_ids(property(one, "hs_call_body"), label);
            if (!ids.empty() && ids.front().text == id) return one;
        }
        ADD_FAILURE() << id << " has no activity";
        return {};
    }

    std::string log_text() const {
        std::string text;
        for (const auto& line : town.log.lines) {
            text += line.event;
            for (const auto& [name, value] : line.fields) text += " " + name + "=" + value;
        }
        return text;
    }

    Town town;
    sim::Vendor vendor;
    ProcessOptions options;
};

INSTANTIATE_TEST_SUITE_P(Each, Platforms,
                         testing::Values(VendorName::elevenlabs, VendorName::retell,
                                         VendorName::vapi, VendorName::bland,
                                         VendorName::synthflow),
                         [](const auto& name) {
                             return std::string{word_of(sim::vendor_names, name.param)};
                         });

TEST_P(Platforms, ACallLandsOnTheRightContactWithWhatWasSaid) {
    const auto known =
        town.portal.add_contact({{"phone", "(202) 555-0143"}}, town.world.now() - 24h);
    vendor.publish(call("c_1"));
    EXPECT_EQ(sync().count(CallResult::synced), 1);
    const auto written = activity("c_1");
    EXPECT_THAT(written.contact_ids, ElementsAre(known));
    EXPECT_EQ(property(written, "hs_call_direction"), "INBOUND");
    EXPECT_EQ(property(written, "hs_call_from_number"), "+12025550143");
    EXPECT_EQ(property(written, "hs_call_to_number"), "+17035550100");
    EXPECT_EQ(property(written, "hs_call_duration"), "87000");
    EXPECT_EQ(property(written, "hs_call_status"), "COMPLETED");
    EXPECT_THAT(property(written, "hs_call_title"), HasSubstr(": Dana Whitlow"));
    const auto body = property(written, "hs_call_body");
    EXPECT_THAT(body, HasSubstr("<strong>service_address</strong> 14 Quarry Street"));
    EXPECT_THAT(body, HasSubstr("<strong>is_emergency</strong> false"));
    EXPECT_THAT(body, HasSubstr("<strong>bathrooms</strong> 2"));
    EXPECT_THAT(body, Not(HasSubstr("email")));
    EXPECT_THAT(body, HasSubstr("The heater drips."));
    if (!is(VendorName::synthflow)) EXPECT_THAT(body, HasSubstr("Wants a visit on Tuesday."));
    EXPECT_EQ(sync().count(CallResult::skipped), 1) << "and only once";
    EXPECT_THAT(town.portal.calls(), SizeIs(1));
}

TEST_P(Platforms, AnOutboundCallThatNobodyAnsweredIsMissedAndTheOutsidePartysAllTheSame) {
    auto unanswered = call("c_1");
    unanswered.kind = Kind::outbound;
    unanswered.state = State::unanswered;
    unanswered.seconds = 0;
    unanswered.summary = unanswered.title = "";
    unanswered.answers = "{}";
    unanswered.turns = {};
    vendor.publish(unanswered);
    EXPECT_EQ(sync().count(CallResult::synced), 1);
    const auto written = activity("c_1");
    EXPECT_EQ(property(written, "hs_call_direction"), "OUTBOUND");
    EXPECT_EQ(property(written, "hs_call_from_number"), "+17035550100");
    EXPECT_EQ(property(written, "hs_call_to_number"), "+12025550143");
    EXPECT_EQ(property(written, "hs_call_status"), "NO_ANSWER");
    ASSERT_THAT(town.portal.contacts(), SizeIs(1));
    EXPECT_EQ(property(town.portal.contacts().front(), "phone"), "+12025550143");
}

TEST_P(Platforms, AWebCallIsDismissedWithItsReasonAndAnInboundOneWithoutNumberIsParked) {
    auto web = call("c_web");
    web.kind = Kind::web;
    auto withheld = call("c_withheld");
    withheld.outside_phone = "+86282452253";  // UNAVAILABLE on a keypad; or Chinese, it seems
    vendor.publish(web);
    vendor.publish(withheld);
    Process process{town, options};
    process.sync(last_week(town));
    const auto entry = [&](const char* id) {
        return town.world.run(process.ledger().find(CallId{std::string{id}}));
    };
    EXPECT_EQ(entry("c_web")->stage, ledger::Stage::dismissed);
    EXPECT_THAT(entry("c_web")->reason, HasSubstr("CALL_KINDS does not have web"));
    EXPECT_EQ(entry("c_withheld")->stage, ledger::Stage::parked);
    EXPECT_THAT(entry("c_withheld")->reason, HasSubstr("withheld"));
    EXPECT_THAT(town.portal.contacts(), IsEmpty());
}

TEST_P(Platforms, KindsThatAreNotWantedAreDismissed) {
    auto outbound = call("c_out");
    outbound.kind = Kind::outbound;
    vendor.publish(outbound);
    vendor.publish(call("c_in"));
    options.kinds = {CallKind::inbound};
    sync();
    EXPECT_THAT(town.portal.calls(), SizeIs(1));
    EXPECT_NE(activity("c_in").id, "");
}

TEST_P(Platforms, AnUnfinishedCallWaitsForItsEndAndIsThenWrittenOnce) {
    auto ongoing = call("c_1", 2min);
    ongoing.state = State::ongoing;
    vendor.publish(ongoing);
    sync();
    EXPECT_THAT(town.portal.calls(), IsEmpty());
    vendor.publish(call("c_1", 2min));
    sync();
    EXPECT_THAT(town.portal.calls(), SizeIs(1));
    EXPECT_EQ(property(activity("c_1"), "hs_call_status"), "COMPLETED");
}

TEST_P(Platforms, ALateAnalysisUpdatesTheActivity) {
    auto bare = call("c_1");
    bare.summary = bare.title = "";
    vendor.publish(bare);
    sync();
    EXPECT_THAT(property(activity("c_1"), "hs_call_body"), Not(HasSubstr("14 Quarry")));
    auto analysed = call("c_1");
    analysed.at = bare.at;
    vendor.publish(analysed);
    // Bland's list does not show that a call was analysed: it is read once more.
    if (is(VendorName::bland)) town.world.run(town.world.sleep(1h));
    sync();
    EXPECT_THAT(property(activity("c_1"), "hs_call_body"), HasSubstr("14 Quarry"));
    EXPECT_THAT(town.portal.calls(), SizeIs(1));
}

TEST_P(Platforms, EveryPageIsReadThoughCallsShareTheirTimes) {
    std::set<std::string> ids;
    for (int i = 0; i < 450; ++i) {
        // Batches of 130 at one moment: more than Vapi's page of 100.
        auto one = call(fmt::format("c_{}", i), 1h + (i / 130) * 20min);
        one.outside_phone = fmt::format("+1202555{:04}", i % 40 + 100);
        ids.insert(one.id);
        vendor.publish(one);
    }
    const auto report = sync();
    EXPECT_EQ(report.fetched, 450);
    EXPECT_EQ(report.count(CallResult::synced), 450);
    EXPECT_THAT(town.portal.calls(), SizeIs(450));
}

TEST_P(Platforms, ShortPagesDoNotEndTheList) {
    if (is(VendorName::vapi) || is(VendorName::synthflow))
        return;  // there a short page is the last
    vendor = sim::Vendor{{.name = GetParam(), .page_size_max = 7}};
    for (int i = 0; i < 40; ++i) vendor.publish(call(fmt::format("c_{}", i), 1h + i * 1min));
    EXPECT_EQ(sync().fetched, 40);
}

TEST_P(Platforms, ARefusedKeyEndsTheRunAtOnceAsRefusedCredentials) {
    vendor.publish(call("c_1"));
    options.api_key = "key_of_another_region";
    const auto report = sync();
    EXPECT_EQ(report.ending, bridge::Ending::credentials_refused);
    EXPECT_LE(vendor.requests(), 2);
    EXPECT_THAT(log_text(), Not(HasSubstr("key_of_another_region")));
}

TEST_P(Platforms, ABusyPlatformIsAskedAgainWhenItSays) {
    vendor.publish(call("c_1"));
    auto busy = json_response(429, R"({"message":"slow down"})");
    vendor.fail_next(1, busy);
    busy.headers.push_back({"Retry-After", "20"});
    vendor.fail_next(1, busy);
    const auto began = town.world.now();
    EXPECT_EQ(sync().count(CallResult::synced), 1);
    EXPECT_GE(town.world.now() - began, 20s);
}

TEST_P(Platforms, NothingThatMustNotBeKeptIsInTheLedgerOrTheLog) {
    for (int i = 0; i < 5; ++i) vendor.publish(call(fmt::format("c_{}", i)));
    auto nameless = call("");
    vendor.publish(nameless);
    sync();
    std::string kept;
    for (const auto* ending : {"", "-wal"}) {
        std::ifstream file{town.ledger_file.path() + ending, std::ios::binary};
        kept.append(std::istreambuf_iterator<char>{file}, {});
    }
    EXPECT_THAT(kept, HasSubstr("Quarry"));
    EXPECT_THAT(kept, Not(HasSubstr(std::string{sim::vendor_secret})));
    EXPECT_THAT(log_text(), Not(HasSubstr(std::string{sim::vendor_secret})));
    for (const auto& one : town.portal.calls()) {
        EXPECT_THAT(property(one, "hs_call_body"), Not(HasSubstr(std::string{sim::vendor_secret})));
    }
}

class Synthflow : public Platforms {};
INSTANTIATE_TEST_SUITE_P(Alone, Synthflow, testing::Values(VendorName::synthflow));

TEST_P(Synthflow, ACallOfTwoAgentsIsOne) {
    auto both = call("c_1");
    both.agents = {"agent_1", "agent_2"};
    auto other = call("c_2");
    other.agents = {"agent_2"};
    vendor.publish(both);
    vendor.publish(other);
    const auto report = sync();
    EXPECT_EQ(report.fetched, 2);
    EXPECT_EQ(report.count(CallResult::synced), 2);
    EXPECT_THAT(town.portal.calls(), SizeIs(2));
}

TEST_P(Synthflow, EveryPageOfTheAgentsIsRead) {
    std::vector<std::string> agents;
    for (int i = 0; i < 130; ++i) agents.push_back(fmt::format("agent_{}", i));
    vendor = sim::Vendor{{.name = GetParam(), .agents = agents}};
    auto last = call("c_1");
    last.agents = {"agent_129"};
    vendor.publish(last);
    EXPECT_EQ(sync().count(CallResult::synced), 1);
}

class Retell : public Platforms {};
INSTANTIATE_TEST_SUITE_P(Alone, Retell, testing::Values(VendorName::retell));

TEST_P(Retell, ACallWithoutAStartIsDatedWhenItIsFirstSeenAndStaysSo) {
    auto unanswered = call("c_1");
    unanswered.kind = Kind::outbound;
    unanswered.state = State::unanswered;
    unanswered.has_start = false;
    vendor.publish(unanswered);
    const auto first_seen = town.world.now();
    sync();
    const auto dated = property(activity("c_1"), "hs_timestamp");
    const auto at = parse_utc(dated);
    ASSERT_TRUE(at) << dated;
    EXPECT_GE(*at, first_seen - 1s);
    EXPECT_LE(*at, first_seen + 1min);
    town.world.run(town.world.sleep(1h));
    unanswered.summary = "Nobody answered.";
    vendor.publish(unanswered);
    sync();
    EXPECT_EQ(property(activity("c_1"), "hs_timestamp"), dated);
    EXPECT_THAT(property(activity("c_1"), "hs_call_body"), HasSubstr("Nobody answered."));
    EXPECT_THAT(town.portal.calls(), SizeIs(1));
}

class Vapi : public Platforms {};
INSTANTIATE_TEST_SUITE_P(Alone, Vapi, testing::Values(VendorName::vapi));

TEST_P(Vapi, AProbeLooksOurNumbersUpToo) {
    vendor.publish(call("c_1"));
    Process process{town, options};
    const TimeRange window{town.world.now() - 1h, town.world.now()};
    const auto survey = town.world.run(process.receptionist().survey(window));
    ASSERT_TRUE(survey);
    const auto ours =
        std::ranges::find(survey->fields, "agent_phone", &receptionist::FieldCount::field);
    ASSERT_NE(ours, survey->fields.end());
    EXPECT_EQ(ours->had, 1);
}

TEST_P(Vapi, OurNumbersAreAskedForOnceAndACallIsCarriedWithoutThem) {
    vendor.publish(call("c_1", 3h));
    vendor.fail_next(1, json_response(403, R"({"message":"forbidden"})"), "/phone-number");
    Process process{town, options};
    EXPECT_EQ(process.sync(last_week(town)).count(CallResult::synced), 1);
    EXPECT_EQ(property(activity("c_1"), "hs_call_to_number"), "");
    auto other = call("c_2");
    other.own_phone = "+17035550199";
    vendor.publish(other);
    process.sync(last_week(town));
    EXPECT_EQ(property(activity("c_2"), "hs_call_to_number"), "+17035550199");
    EXPECT_THAT(vendor.asked(), Contains(StartsWith("GET /phone-number")).Times(2));
}

}  // namespace
}  // namespace ringbridge::tests
