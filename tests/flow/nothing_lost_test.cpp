// Nothing is lost silently: clock changes, unreadable windows, records that change at the wrong
// moment. The service's health shows what delays a call.
#include "core/mapping.hpp"
#include "core/url.hpp"
#include "tests/flow/town.hpp"

#include <asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::tests {
namespace {

using bridge::CallResult;
using bridge::Ending;
using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

json record(const std::string& id, UtcTime at) {
    return {{"id", id}, {"callTimestamp", format_utc(at)}, {"customerPhone", "+15718308515"}};
}

void publish(Town& town, const std::string& id, UtcTime at) {
    town.site.publish(record(id, at).dump());
}

bool is_in_hubspot(const Town& town, const std::string& id) {
    return std::ranges::any_of(town.portal.calls(), [&](const sim::PortalCall& call) {
        return call.properties.at("hs_call_body").contains("GoodCall ID: " + id);
    });
}

std::string body_of_the_call(const Town& town) {
    const auto calls = town.portal.calls();
    return calls.size() == 1 ? calls[0].properties.at("hs_call_body") : "";
}

bool was_logged(const Town& town, std::string_view event) {
    return std::ranges::any_of(town.log.lines,
                               [&](const auto& line) { return line.event == event; });
}

void serve(Town& town, Process& process) {
    asio::co_spawn(town.world.executor(), process.service().keep_running(),
                   [](std::exception_ptr) {});
}

void let_pass(Town& town, Milliseconds span) { town.world.run_until(town.world.now() + span); }

bridge::Order since(UtcTime moment) {
    bridge::Order order;
    order.since = moment;
    return order;
}

std::optional<TimeRange> window_of(const HttpRequest& request) {
    const auto target = parse_target(request.url);
    const auto from = target.parameter("startDate"), to = target.parameter("endDate");
    if (!from || !to) return std::nullopt;
    return TimeRange{*parse_utc(*from), *parse_utc(*to)};
}

// The site answers 500 to every window that contains this time, while `broken`.
void break_windows_with(Town& town, UtcTime moment, const bool& broken) {
    town.network.mount(
        site_origin, [&town, &broken, moment](const HttpRequest& request, UtcTime now) {
            const auto window = window_of(request);
            const bool holds = window && window->since <= moment && moment <= window->until;
            if (broken && holds) return json_response(500, R"({"error":"internal"})");
            return town.site.answer(request, now);
        });
}

// --- which windows were read

TEST(ReadUntil, AWindowThatEndsInTheFutureIsReadOnlyUntilItWasAskedFor) {
    Town town;
    Process process{town};
    auto order = since(town.world.now() - 24h);
    order.until = town.world.now() + 48h;
    EXPECT_EQ(process.sync(order).ending, Ending::done);
    let_pass(town, 2h);
    publish(town, "c_1", town.world.now() - 1h);
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    EXPECT_TRUE(is_in_hubspot(town, "c_1"));
}

// The answers carry no Date here: windows use this machine's clock.
TEST(ReadUntil, ATimeSavedUnderAClockThreeDaysAheadIsDroppedWithAWarning) {
    Town town;
    town.network.set_faults([](const HttpRequest&) {
        return sim::Fault{.damage = [](HttpResponse& answer) { answer.headers.clear(); }};
    });
    const auto token = town.site.static_token(town.world.now());
    town.clock.set_ahead(72h);
    Process{town, {.pasted_token = token}}.sync();
    town.clock.set_ahead(0ms);
    publish(town, "c_1", town.world.now() - 1h);
    const auto report = Process{town, {.pasted_token = token}}.sync();
    EXPECT_EQ(report.until - report.since, 24h);
    EXPECT_TRUE(is_in_hubspot(town, "c_1"));
    EXPECT_TRUE(was_logged(town, "read_until_in_future"));
}

// A clock that is set back after the order came puts its window's begin in the future.
TEST(ReadUntil, AWindowThatBeginsAfterItsEndIsNoSuccessAndRecordsNothing) {
    Town town;
    Process process{town};
    publish(town, "c_1", town.world.now() - 1h);
    const auto run = [&](bridge::Order order) {
        return town.world.run(process.service().run(std::move(order), 1min)).value();
    };
    EXPECT_EQ(run(since(town.world.now() + 2min)).ending, Ending::out_of_reach);
    EXPECT_THAT(process.service().errors(), Contains(HasSubstr("clock")));
    run({});
    EXPECT_TRUE(is_in_hubspot(town, "c_1"));
    EXPECT_THAT(process.service().errors(), IsEmpty());
}

TEST(ReadUntil, AWindowWithoutAnEndEndsNowByThePlatformsClock) {
    Town town;
    town.clock.set_ahead(-1h);
    Process process{town};
    publish(town, "c_1", town.world.now() - 10min);
    process.sync(since(town.world.now() - 24h));
    EXPECT_TRUE(is_in_hubspot(town, "c_1"));
}

// This machine's clock is three days ahead, and no answer has shown it yet: "the last day" is all
// in the platform's future.
TEST(ReadUntil, ARunOfAWindowThatIsAllInTheFutureReadsNothingAndHealthKnows) {
    Town town;
    town.clock.set_ahead(72h);
    Process process{town};
    publish(town, "c_1", town.world.now() - 1h);
    auto order = since(town.clock.now() - 24h);
    order.until = town.clock.now() + 7 * 24h;
    (void)town.world.run(process.service().run(order, 1min));
    EXPECT_FALSE(is_in_hubspot(town, "c_1"));
    EXPECT_THAT(process.service().errors(), Contains(HasSubstr("is not known")));
    town.clock.set_ahead(0ms);
    process.sync();
    EXPECT_TRUE(is_in_hubspot(town, "c_1"));
}

// The difference to the platform's clock is that of the last answer: twenty minutes too many once
// this machine's clock is corrected.
TEST(ReadUntil, ACorrectedClockDoesNotMakeARunBelieveThatItReadTheFuture) {
    Town town;
    town.clock.set_ahead(-20min);
    Process process{town};
    process.sync();
    town.clock.set_ahead(0ms);
    auto order = since(town.world.now() - 24h);
    order.until = town.world.now() + 7 * 24h;
    process.sync(order);
    let_pass(town, 2min);
    publish(town, "c_1", town.world.now() - 52min);  // listed late, within the overlap
    let_pass(town, 22min);
    process.sync();
    EXPECT_TRUE(is_in_hubspot(town, "c_1"));
}

// A run of webhooks asks the platform nothing: it would take a new stamp for one from the far
// future.
TEST(PlatformTime, IsKnownAfterThisClockWasSetWithoutAnotherAnswer) {
    Town town;
    town.clock.set_ahead(72h);
    Process process{town};
    process.sync();
    const auto& receptionist = process.bridge().receptionist();
    EXPECT_EQ(receptionist.platform_ahead(), -72h);
    town.clock.set_ahead(0ms);
    EXPECT_EQ(receptionist.platform_ahead(), 0ms);
}

// The first answer corrects the window, and it is listed once more: later than the run began.
// Counted from the run's begin, that was never a whole day, and each run read one.
TEST(ReadUntil, AWholeDayIsReadOnceAnHourUnderAWrongClockToo) {
    Town town;
    town.clock.set_ahead(-1h);
    Process process{town};
    process.sync();
    let_pass(town, 5min);
    const auto report = process.sync();
    EXPECT_LT(report.until - report.since, 2h);
}

// --- wall clock changes

class SetClock : public testing::TestWithParam<Milliseconds> {};

TEST_P(SetClock, StopsNothingAndIsReportedInHealth) {
    Town town;
    Process process{town};
    serve(town, process);
    let_pass(town, 7min);
    const auto uptime = process.service().uptime();
    town.clock.set_ahead(GetParam());
    publish(town, "c_1", town.world.now());
    let_pass(town, 11min);
    EXPECT_TRUE(is_in_hubspot(town, "c_1"));
    EXPECT_TRUE(was_logged(town, "clock_stepped"));
    EXPECT_THAT(process.service().errors(), Contains(HasSubstr("wall clock was set")));
    EXPECT_EQ(process.service().uptime(), uptime + 11min);
    const auto asked = town.world.run(process.service().run({}, 2min));
    EXPECT_TRUE(asked.has_value()) << "a requested run gets no answer";
    town.clock.set_ahead(0ms);
    let_pass(town, 2h);
    EXPECT_THAT(process.service().errors(), IsEmpty());
}

// A retry in an hour was saved in the old time, as was the doubt about a lost answer.
TEST_P(SetClock, DelaysNoWaitingCallBeyondItsOwnWait) {
    Town town;
    publish(town, "c_1", town.world.now() - 1h);
    bool lost = false;
    town.network.set_faults([&](const HttpRequest& request) {
        if (!request.url.contains("/calls/batch/create") || std::exchange(lost, true)) {
            return sim::Fault::none();
        }
        return sim::Fault::lose_answer();
    });
    Process process{town};
    serve(town, process);
    while (!lost) let_pass(town, 50ms);
    town.clock.set_ahead(GetParam());
    let_pass(town, 11min);
    EXPECT_THAT(town.portal.calls(), SizeIs(1)) << "written again despite the doubt, or not found";
    EXPECT_EQ(town.world.run(process.ledger().find("c_1"))->stage, ledger::Stage::done);
}

TEST_P(SetClock, WhileNoProcessRunsDelaysNothingEither) {
    Town town;
    publish(town, "c_1", town.world.now() - 1h);
    bool down = true;
    town.network.set_faults([&](const HttpRequest& request) {
        const bool fails = down && request.url.contains("/contacts/batch/create");
        return fails ? sim::Fault::lose_request() : sim::Fault::none();
    });
    Process{town}.sync();
    down = false;
    town.clock.set_ahead(GetParam());
    Process process{town};
    serve(town, process);
    let_pass(town, 65min);
    EXPECT_TRUE(is_in_hubspot(town, "c_1"));
    EXPECT_THAT(town.portal.contacts(), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Clock, SetClock, testing::Values(-1h, 1h, -72h, 72h, -20min, 5s),
                         [](const auto& the) {
                             const auto minutes = the.param / 1min;
                             return (minutes < 0 ? "back_" : "ahead_") +
                                    std::to_string(std::abs(minutes));
                         });

// --- windows that cannot be read

TEST(Gap, OneRecordThatTheSiteFailsOnDelaysNoOtherCall) {
    Town town;
    const auto bad = town.world.now() - 6h - 7min;
    bool broken = true;
    break_windows_with(town, bad, broken);
    publish(town, "c_older", bad - 30min);
    publish(town, "c_bad", bad);
    publish(town, "c_newer", bad + 30min);
    Process process{town};
    serve(town, process);
    let_pass(town, 4min);
    EXPECT_TRUE(is_in_hubspot(town, "c_newer"));
    EXPECT_TRUE(is_in_hubspot(town, "c_older"));
    EXPECT_FALSE(is_in_hubspot(town, "c_bad"));
    const auto gaps = town.world.run(process.ledger().gaps());
    ASSERT_THAT(gaps, SizeIs(1));
    EXPECT_LE(gaps[0].range.since, bad);
    EXPECT_GE(gaps[0].range.until, bad);
    EXPECT_LE(gaps[0].range.until - gaps[0].range.since, 1min);
    EXPECT_THAT(process.service().errors(),
                ElementsAre(HasSubstr(format_utc(gaps[0].range.since))));

    publish(town, "c_live", town.world.now());
    let_pass(town, 6min);
    EXPECT_TRUE(is_in_hubspot(town, "c_live"));

    broken = false;
    let_pass(town, 7h);
    EXPECT_TRUE(is_in_hubspot(town, "c_bad"));
    EXPECT_THAT(process.service().errors(), IsEmpty());
}

TEST(Gap, InTheNewestMinuteDoesNotMeanThatThePlatformIsDown) {
    Town town;
    bool broken = true;
    break_windows_with(town, town.world.now(), broken);
    publish(town, "c_bad", town.world.now());
    publish(town, "c_older", town.world.now() - 2h);
    Process process{town};
    serve(town, process);
    let_pass(town, 11min);
    EXPECT_TRUE(is_in_hubspot(town, "c_older"));
    EXPECT_THAT(town.world.run(process.ledger().gaps()), SizeIs(1));
}

TEST(Gap, AFailureRightBeforeOneDelaysNoNewerCall) {
    Town town;
    std::vector<UtcTime> bad{town.world.now() - 6h};
    town.network.mount(site_origin, [&](const HttpRequest& request, UtcTime now) {
        const auto window = window_of(request);
        const bool fails = window && std::ranges::any_of(bad, [&](UtcTime moment) {
                               return window->since <= moment && moment <= window->until;
                           });
        return fails ? json_response(500, "{}") : town.site.answer(request, now);
    });
    Process process{town};
    process.sync();
    const auto gaps = town.world.run(process.ledger().gaps());
    ASSERT_THAT(gaps, SizeIs(1));
    bad.push_back(gaps[0].range.since - 10s);
    publish(town, "c_newer", town.world.now() - 1min);
    process.sync(since(gaps[0].range.since - 30s));
    EXPECT_TRUE(is_in_hubspot(town, "c_newer"));
}

TEST(Gap, APlatformThatIsDownLeavesNone) {
    Town town;
    town.network.mount(site_origin, [&](const HttpRequest& request, UtcTime now) {
        return window_of(request) ? json_response(500, "{}") : town.site.answer(request, now);
    });
    Process process{town};
    EXPECT_EQ(process.sync().ending, Ending::out_of_reach);
    EXPECT_THAT(town.world.run(process.ledger().gaps()), IsEmpty());
    EXPECT_LE(process.receptionist().requests(), 8) << "a failing site is not hammered";
}

// --- late calls

TEST(LateCall, IsFoundWhenItIsListedDaysAfterItWasMade) {
    Town town;
    Process process{town, {.interval = 1h}};
    town.world.run(process.service().run(since(town.world.now() - 60 * 24h), 0ms));
    serve(town, process);
    let_pass(town, 2h);
    publish(town, "c_5_days", town.world.now() - 5 * 24h);
    publish(town, "c_40_days", town.world.now() - 40 * 24h);
    let_pass(town, 49h);
    EXPECT_TRUE(is_in_hubspot(town, "c_5_days"));
    let_pass(town, 14 * 24h);
    EXPECT_TRUE(is_in_hubspot(town, "c_40_days"));
}

TEST(LateCall, OlderThanTheFirstRunsWindowIsIgnored) {
    Town town;
    publish(town, "c_old", town.world.now() - 3 * 24h);
    Process process{town, {.interval = 1h}};
    serve(town, process);
    let_pass(town, 15 * 24h);
    EXPECT_FALSE(is_in_hubspot(town, "c_old"));
}

// --- records that change

TEST(ChangedRecord, ThatComesWhileItsCallWaitsIsKeptAndApplied) {
    Town town;
    auto call = record("c_1", town.world.now() - 30min);
    call["summary"] = "A drip";
    town.site.publish(call.dump());
    bool down = true;
    town.network.set_faults([&](const HttpRequest& request) {
        const bool fails = down && request.url.contains("/calls/batch/create");
        return fails ? sim::Fault::lose_request() : sim::Fault::none();
    });
    Process process{town};
    process.sync();
    call["summary"] = "A flood";
    town.site.publish(call.dump());
    process.sync();
    down = false;
    // The platform lists nothing any more: the next window may not contain the change.
    town.network.mount(site_origin, [&](const HttpRequest& request, UtcTime now) {
        if (!window_of(request)) return town.site.answer(request, now);
        return json_response(200, R"({"calls":[],"page":1,"pageSize":100,"total":0})");
    });
    for (int run = 0; run < 3; ++run) {
        let_pass(town, 1h);
        process.sync();
    }
    EXPECT_THAT(body_of_the_call(town), HasSubstr("A flood"));
}

TEST(ChangedRecord, WhoseUpdateFailsForLongerThanAnHourIsReportedInHealth) {
    Town town;
    auto call = record("c_1", town.world.now() - 30min);
    town.site.publish(call.dump());
    Process process{town};
    process.sync();
    town.network.set_faults([&](const HttpRequest& request) {
        if (!request.url.contains("/calls/batch/read")) return sim::Fault::none();
        const auto* refusal = R"({"category":"VALIDATION_ERROR","message":"not shown"})";
        return sim::Fault{.arrives = false, .instead = json_response(400, refusal)};
    });
    call["summary"] = "A flood";
    town.site.publish(call.dump());
    process.sync();
    const auto has_waited = Contains(HasSubstr("call c_1 has waited for"));
    EXPECT_THAT(process.service().errors(), Not(has_waited));
    let_pass(town, 2h);
    process.sync();
    EXPECT_THAT(process.service().errors(), has_waited);
    town.network.set_faults([](const HttpRequest&) { return sim::Fault::none(); });
    let_pass(town, 2h);
    process.sync();
    EXPECT_THAT(process.service().errors(), Not(has_waited));
}

// Found by the simulated world: no report ever counted it.
TEST(ChangedRecord, ThatComesBeforeItsCallIsDoneDoesNotCountAsReplaced) {
    Town town;
    auto call = record("c_1", town.world.now() - 30min);
    town.site.publish(call.dump());
    bool refused = true;
    town.network.set_faults([&](const HttpRequest& request) {
        if (!refused || !request.url.contains("/contacts/batch/update")) return sim::Fault::none();
        return sim::Fault{.arrives = false, .instead = json_response(401, "{}")};
    });
    Process process{town};
    EXPECT_EQ(process.sync().ending, Ending::credentials_refused);
    refused = false;
    call["summary"] = "A flood";
    town.site.publish(call.dump());
    const auto report = process.sync();
    EXPECT_EQ(report.count(CallResult::synced), 1);
    EXPECT_EQ(report.count(CallResult::replaced), 0);
    EXPECT_THAT(body_of_the_call(town), HasSubstr("A flood"));
}

// Found by the simulated world: no report ever counted it.
TEST(ChangedRecord, WhoseUpdateFailsInTheRunThatSyncedTheCallLeavesItSynced) {
    Town town;
    auto call = record("c_1", town.world.now() - 30min);
    town.site.publish(call.dump());
    int stamps = 0;
    town.network.set_faults([&](const HttpRequest& request) {
        if (!request.url.contains("/contacts/batch/update")) return sim::Fault::none();
        if (stamps++ > 0) return sim::Fault{.arrives = false, .instead = json_response(401, "{}")};
        call["summary"] = "A flood";
        town.site.publish(call.dump());
        return sim::Fault::none();
    });
    Process process{town, {.look_interval = Milliseconds{1}}};
    const auto report = process.sync();
    EXPECT_EQ(stamps, 2);
    EXPECT_EQ(report.count(CallResult::synced), 1);
    EXPECT_EQ(report.count(CallResult::replaced), 0);
}

TEST(ChangedRecord, UrlsSignedWithEachListingRewriteNothing) {
    Town town;
    auto call = record("c_1", town.world.now() - 30min);
    call["recordingUrl"] = "https://cdn.example/c_1.mp3?X-Amz-Expires=900&X-Amz-Signature=1";
    town.site.publish(call.dump());
    Process process{town};
    process.sync();
    const auto writes = town.portal.writes();
    call["recordingUrl"] = "https://cdn.example/c_1.mp3?X-Amz-Expires=900&X-Amz-Signature=2";
    town.site.publish(call.dump());
    EXPECT_EQ(process.sync().count(CallResult::skipped), 1);
    EXPECT_EQ(town.portal.writes(), writes);
}

TEST(ChangedRecord, ARunThatRewritesMuchOfWhatItReadsSaysSo) {
    Town town;
    town.workload.add_callers(20, 20, town.portal, town.world.now() - 24h * 365);
    Process process{town};
    std::vector<json> records;
    for (auto& planned : town.publish_calls(20, 20h))
        records.push_back(json::parse(planned.record));
    if (records.empty()) GTEST_FAIL();
    town.world.run(process.service().run({}, 0ms));
    for (auto& one : records) {
        one["summary"] = one["summary"].get<std::string>() + " (version 2)";
        town.site.publish(one.dump());
    }
    town.world.run(process.service().run(since(town.world.now() - 24h), 0ms));
    EXPECT_THAT(process.service().errors(), Contains(HasSubstr("rewrote 20 of 20")));
}

TEST(ChangedRecord, AFieldThatTheSiteStopsSendingBlanksNothing) {
    Town town;
    auto call = record("c_1", town.world.now() - 30min);
    call["summary"] = "A drip in the kitchen";
    call["durationSeconds"] = 62;
    town.site.publish(call.dump());
    Process process{town};
    process.sync();
    call.erase("summary");
    call.erase("durationSeconds");
    call["callSummary"] = "A drip in the kitchen";
    town.site.publish(call.dump());
    EXPECT_EQ(process.sync().count(CallResult::skipped), 1);
    EXPECT_THAT(body_of_the_call(town), HasSubstr("A drip in the kitchen"));
    EXPECT_EQ(town.portal.calls()[0].properties.at("hs_call_duration"), "62000");
}

TEST(Retry, OfAParkedCallThatHasAnActivityKeepsItsContact) {
    Town town;
    const auto contact =
        town.portal.add_contact({{"phone", "+15718308515"}}, town.world.now() - 24h);
    auto call = record("c_1", town.world.now() - 30min);
    town.site.publish(call.dump());
    Process process{town};
    process.sync();
    bool refused = true;
    town.network.set_faults([&](const HttpRequest& request) {
        if (!refused || !request.url.contains("/calls/batch/update")) return sim::Fault::none();
        return sim::Fault{.arrives = false,
                          .instead = json_response(400, R"({"status":"error","message":"no",)"
                                                        R"("category":"VALIDATION_ERROR"})")};
    });
    call["summary"] = "More of it";
    town.site.publish(call.dump());
    process.sync();
    ASSERT_EQ(town.world.run(process.ledger().find("c_1"))->stage, ledger::Stage::parked);
    // An older contact with the number: a new match would take it.
    town.portal.add_contact({{"phone", "+15718308515"}}, town.world.now() - 48h);
    let_pass(town, 2min);
    refused = false;
    ASSERT_TRUE(town.world.run(process.ledger().retry("c_1")));
    process.sync();
    const auto entry = *town.world.run(process.ledger().find("c_1"));
    EXPECT_EQ(entry.stage, ledger::Stage::done);
    EXPECT_EQ(entry.contact_id.text, contact);
    EXPECT_THAT(body_of_the_call(town), HasSubstr("More of it"));
}

}  // namespace
}  // namespace ringbridge::tests
