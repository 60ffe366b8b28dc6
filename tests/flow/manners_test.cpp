// The load on both sides: what ringbridge requests from the platform and how often, and what it
// leaves to the account's other apps.
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::tests {
namespace {

using bridge::CallResult;
using bridge::Ending;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

void publish_call(Town& town, const std::string& id, UtcTime at) {
    town.site.publish(nlohmann::json{
        {"id", id}, {"callTimestamp", format_utc(at)}, {"customerPhone", "+15718308515"}}
                          .dump());
}

bridge::Order since(UtcTime moment) {
    bridge::Order order;
    order.since = moment;
    return order;
}

bool is_synced(const Town& town, const std::string& id) {
    return std::ranges::any_of(town.portal.calls(), [&](const sim::PortalCall& call) {
        return call.properties.at("hs_call_body").contains("GoodCall ID: " + id);
    });
}

// Two thousand requests a day, four hundred of them reserved for other apps.
TEST(Manners, ABacklogKeepsTheDailyReserveAndTodaysCallsDoNotWait) {
    Town town{1, {.calls_scope = false, .enforce_limits = true, .daily_limit = 2'000}};
    town.workload.add_callers(100, 50, town.portal, town.world.now() - 24h * 400);
    town.publish_calls(2'500, 24h * 300);
    Process process{town, {.look_interval = 0s}};
    const auto report = process.sync(since(town.world.now() - 24h * 365));
    EXPECT_EQ(report.ending, Ending::done);
    ASSERT_THAT(report.errors, SizeIs(1));
    EXPECT_THAT(report.errors[0].message, HasSubstr("HUBSPOT_HEADROOM"));
    const auto used = town.portal.requests();
    EXPECT_GE(used, 1'600);
    EXPECT_LE(used, 1'600 + 320) << "a round more";

    publish_call(town, "c_live", town.world.now());
    process.sync();
    EXPECT_TRUE(is_synced(town, "c_live"));
    EXPECT_LE(town.portal.requests(), used + 10);

    town.world.run_until(town.world.now() + 21h);
    EXPECT_THAT(process.sync().errors, IsEmpty());
    EXPECT_THAT(town.portal.calls(), SizeIs(2'501));
    for (const auto& [asked, times] : process.bridge().parts().client.traffic()) {
        EXPECT_NE(asked.second, "429") << asked.first;
    }
}

TEST(Manners, DedupKeepsTheDailyReserve) {
    Town town{1, {.enforce_limits = true, .daily_limit = 50}};
    for (int person = 0; person < 60; ++person) {
        const auto digits = std::to_string(5'718'308'515 + person);
        for (const auto* prefix : {"+1", ""}) {
            town.portal.add_contact({{"phone", prefix + digits}}, town.world.now() - 1h);
        }
    }
    Process process{town};
    const auto report = town.world.run(process.service().dedup());
    EXPECT_EQ(report.ending, Ending::out_of_reach);
    EXPECT_THAT(report.errors.back().message, HasSubstr("HUBSPOT_HEADROOM"));
    EXPECT_THAT(town.portal.requests(), testing::AllOf(testing::Ge(40), testing::Le(45)));
}

// Two bridges of one account: one syncs a backlog of two years when a call comes in at the other.
// Returns how long that call waits.
Milliseconds wait_beside_a_backlog(bool calls_scope) {
    Town town{1, {.calls_scope = calls_scope, .enforce_limits = true}};
    town.workload.add_callers(270, 135, town.portal, town.world.now() - 24h * 800);
    town.publish_calls(900, 24h * 700);
    Process north{town, {.interval = 0s, .scope = {"north", "123", "goodcall_"}}};
    Process south{town, {.interval = 0s, .scope = {"south", "123", "goodcall_"}}};
    std::optional<UtcTime> came_in, synced_at;
    const auto bring_call = [&] {
        came_in = town.world.now();
        publish_call(town, "c_live", *came_in);
        asio::co_spawn(town.world.executor(), south.service().run(since(*came_in), 1h),
                       [](std::exception_ptr failure, std::optional<bridge::Report> report) {
                           EXPECT_FALSE(failure);
                           EXPECT_TRUE(report && report->ending == Ending::done);
                       });
    };
    town.network.set_faults([&](const HttpRequest& request) {
        if (!came_in && request.body.contains("GoodCall ID: ")) bring_call();
        if (!synced_at && request.body.contains("GoodCall ID: c_live"))
            synced_at = town.world.now();
        return sim::Fault{.there = 50ms, .back = 50ms};
    });
    auto backlog = since(town.world.now() - 24h * 730);
    backlog.until = town.world.now();
    const auto carried = town.world.run(north.service().run(std::move(backlog), 0s));
    EXPECT_EQ(carried.value().count(CallResult::synced), 900);
    const auto ended = town.world.now();
    town.world.run_until(ended + 1min);
    EXPECT_THAT(town.portal.calls(), SizeIs(901));
    EXPECT_LT(synced_at.value(), ended);
    for (auto* process : {&north, &south}) {
        for (const auto& [asked, times] : process->bridge().parts().client.traffic()) {
            EXPECT_NE(asked.second, "429") << asked.first;
        }
    }
    return *synced_at - *came_in;
}

// A round of a backlog takes a second on the calls object, and some eight on v1.
TEST(Manners, ACallOfAnotherBridgeWaitsForOneRoundOfABacklogNotForItsEnd) {
    EXPECT_LE(wait_beside_a_backlog(true), 3s);
    EXPECT_LE(wait_beside_a_backlog(false), 15s);
}

// Nothing else waits for the lock. Looking whether anybody does takes a moment in the ledger.
TEST(Manners, ABridgeThatSharesItsAccountLosesNoTimeWhileNobodyWaits) {
    std::vector<Milliseconds> took;
    for (const auto* account : {"", "123"}) {
        Town town{1, {.enforce_limits = true}};
        town.workload.add_callers(100, 50, town.portal, town.world.now() - 24h * 800);
        town.publish_calls(400, 24h * 700);
        Process process{town, {.interval = 0s, .scope = {"north", account, "goodcall_"}}};
        const auto report =
            town.world.run(process.service().run(since(town.world.now() - 24h * 730), 0s));
        EXPECT_EQ(report.value().count(CallResult::synced), 400);
        took.push_back(report->duration);
    }
    EXPECT_LE(took[1], took[0] + took[0] / 20);
}

// Like a service that is killed and restarted at once by its supervisor.
TEST(Manners, ABurstThatIsKilledAndRestartedRepeatedlyExceedsNoLimit) {
    Town town{1, {.calls_scope = false, .enforce_limits = true}};
    town.workload.add_callers(20, 20, town.portal, town.world.now() - 24h * 100);
    town.publish_calls(200, 24h * 6);
    Process{town}.sync(last_week(town));
    int refused = 0;
    town.network.set_faults([&](const HttpRequest&) {
        return sim::Fault{
            .damage = [&](HttpResponse& response) { refused += response.status == 429; }};
    });
    auto again = last_week(town);
    again.replace_activities = true;  // at once, not evenly
    for (sim::ProcessId id = 1; id <= 4; ++id) {
        Process process{town};
        asio::co_spawn(town.world.executor(id), process.bridge().run(again),
                       [](std::exception_ptr, const bridge::Report&) {});
        town.world.run_until(town.world.now() + 4s);
        town.world.kill(id);
    }
    EXPECT_GT(town.portal.requests(), 300);
    EXPECT_EQ(refused, 0);
}

// The windows requested from the site, in order, one for each first page.
std::vector<Milliseconds> lengths_asked_for(Town& town, Process& process, bridge::Order order) {
    std::vector<Milliseconds> lengths;
    town.network.set_faults([&](const HttpRequest& request) {
        const auto moment = [&](const std::string& name) {
            const auto at = request.url.find(name + '=');
            auto text = request.url.substr(at + name.size() + 1, 30);
            for (auto colon = text.find("%3A"); colon != std::string::npos;
                 colon = text.find("%3A")) {
                text.replace(colon, 3, ":");
            }
            return parse_utc(text.substr(0, text.find('&')));
        };
        if (request.url.contains("startDate=") && request.url.contains("page=1&")) {
            lengths.push_back(*moment("endDate") - *moment("startDate"));
        }
        return sim::Fault::none();
    });
    process.sync(std::move(order));
    return lengths;
}

TEST(Manners, ALongWindowIsReadInStepsOfThirtyDays) {
    Town town{1};
    town.workload.add_callers(5, 0, town.portal, town.world.now() - 24h * 400);
    town.publish_calls(40, 24h * 95);
    Process process{town};
    EXPECT_THAT(lengths_asked_for(town, process, since(town.world.now() - 24h * 100)),
                ElementsAre(24h * 10, 24h * 30, 24h * 30, 24h * 30));
    EXPECT_THAT(town.portal.calls(), SizeIs(40));
}

// A listing of a new or outdated ledger resumes at the step where it was interrupted.
TEST(Manners, AnInterruptedListingResumes) {
    Town town{1};
    town.workload.add_callers(5, 0, town.portal, town.world.now() - 24h * 400);
    town.publish_calls(40, 24h * 95);
    town.network.set_faults([&, pages = 0](const HttpRequest& request) mutable {
        const bool refuses = request.url.contains("/v0/calls") && ++pages > 2;
        if (!refuses) return sim::Fault::none();
        return sim::Fault{.arrives = false, .instead = HttpResponse{404, {}, ""}};
    });
    Process process{town};
    EXPECT_NE(process.sync(since(town.world.now() - 24h * 100)).ending, Ending::done);
    EXPECT_THAT(lengths_asked_for(town, process, {}),
                ElementsAre(testing::Lt(2h), 24h * 30, 24h * 30));
    EXPECT_THAT(town.portal.calls(), SizeIs(40));
}

// The times at which scheduled runs began, in this span.
std::vector<Milliseconds> runs_within(Town& town, Process& process, Milliseconds span) {
    std::vector<Milliseconds> moments;
    const auto began = town.world.now();
    town.network.set_faults([&](const HttpRequest& request) {
        if (request.url.contains("/v0/calls")) moments.push_back(town.world.now() - began);
        return sim::Fault::none();
    });
    asio::co_spawn(town.world.executor(), process.service().keep_running(),
                   [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
    town.world.run_until(began + span);
    process.service().stop();
    town.world.run_until(began + span + 1h);
    return moments;
}

TEST(Manners, ScheduledRunsBeginAtTheBridgesPlaceInTheInterval) {
    Town town{1};
    Process process{town, {.interval = 10min, .first_wait = 4min}};
    std::vector<long> minutes;
    for (const auto at : runs_within(town, process, 30min)) {
        minutes.push_back(std::chrono::round<std::chrono::minutes>(at).count());
    }
    EXPECT_THAT(minutes, ElementsAre(4, 14, 24));
}

TEST(Manners, OneOfManyBridgesAsksHubSpotNothingOnScheduleBeforeThereIsACall) {
    for (const bool many : {true, false}) {
        Town town{1};
        Process process{town, {.scope = {"north", many ? "123" : "", "goodcall_"}}};
        runs_within(town, process, 30min);
        EXPECT_EQ(town.portal.requests() == 0, many);
    }
}

// A person who asks hears that the token is wrong.
TEST(Manners, OneOfManyBridgesAsksHubSpotWhenAPersonOrdersARun) {
    Town town{1};
    Process process{town, {.hubspot_token = "wrong", .scope = {"north", "123", "goodcall_"}}};
    const auto report = town.world.run(process.service().run({}, 0s));
    EXPECT_EQ(report.value().ending, Ending::credentials_refused);
}

TEST(Manners, AfterACallThePlatformIsPolledSoonerIfItsProfileAllowsThat) {
    for (const bool allowed : {true, false}) {
        Town town{1};
        ProcessOptions options{.interval = 10min};
        if (allowed) options.shortest_interval = 1min;
        Process process{town, options};
        town.world.at(town.world.now() + 9min,
                      [&] { publish_call(town, "c_1", town.world.now()); });
        std::vector<long> minutes;
        for (const auto at : runs_within(town, process, 30min)) {
            minutes.push_back(std::chrono::round<std::chrono::minutes>(at).count());
        }
        // Every ten when idle; after the call 1, 2, 4, 8 and then ten again.
        if (allowed) {
            EXPECT_THAT(minutes, ElementsAre(0, 10, 11, 13, 17, 25));
        } else {
            EXPECT_THAT(minutes, ElementsAre(0, 10, 20));
        }
    }
}

}  // namespace
}  // namespace ringbridge::tests
