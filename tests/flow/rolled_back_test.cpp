// A ledger that goes back: an older copy of it is put in its place, at any moment and of any age.
// What it has forgotten is found in HubSpot, not written again.
#include "core/text.hpp"
#include "ledger/backends.hpp"
#include "tests/flow/town.hpp"
#include "tests/postgres/server.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <iostream>
#include <random>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using bridge::CallResult;

std::string property(const auto& record, const std::string& name) {
    const auto found = record.properties.find(name);
    return found == record.properties.end() ? "" : found->second;
}

// Counted by calls and by numbers: how often each is in HubSpot.
std::map<std::string, int> activities_of(const Town& town) {
    std::map<std::string, int> count;
    for (const auto& activity : town.portal.calls()) {
        ++count[marked_id(property(activity, "hs_call_body")).value_or("no marker")];
    }
    return count;
}

void expect_one_each(const Town& town, const std::vector<sim::PlannedCall>& planned) {
    const auto activities = activities_of(town);
    EXPECT_EQ(activities.size(), planned.size());
    for (const auto& [call, count] : activities) EXPECT_EQ(count, 1) << call;
    std::map<std::string, int> contacts, calls;
    for (const auto& contact : town.portal.contacts()) ++contacts[property(contact, "phone")];
    contacts.erase("");  // those that have it in another field
    for (const auto& [phone, count] : contacts) EXPECT_EQ(count, 1) << phone;
    for (const auto& activity : town.portal.calls()) ++calls[activity.contact_ids.at(0)];
    for (const auto& contact : town.portal.contacts()) {
        if (!calls.contains(contact.id)) continue;
        EXPECT_EQ(property(contact, "goodcall_call_count"), std::to_string(calls[contact.id]));
    }
}

/// A day at a town, during which a copy of its ledger is kept at some request.
class Day {
  public:
    Day(std::uint64_t seed, bool calls_scope)
        : town{seed, {.calls_scope = calls_scope}}, random_{seed} {
        town.workload.add_callers(5, 2, town.portal, town.world.now());
        back_up_at_ = roll(130);
        town.network.set_faults([this](const HttpRequest&) {
            if (requests_++ == back_up_at_) town.ledger_file.back_up();
            return sim::Fault::none();
        });
    }

    void pass() {
        {
            Process process{town};
            for (int hour = 0; hour < 10; ++hour) {
                town.world.run(town.world.sleep(1h));
                publish(1 + roll(2));
                process.sync();
            }
        }
        if (requests_ <= back_up_at_) town.ledger_file.back_up();
    }

    /// The reads that the first run after it took.
    int go_back() {
        town.ledger_file.put_back();
        town.world.run(town.world.sleep(2min));
        Process process{town};
        const auto first = process.sync();
        publish(2);
        for (int again = 0; again < 4; ++again) {
            town.world.run(town.world.sleep(30min));
            process.sync(last_week(town));
        }
        return first.hubspot_requests;
    }

    Town town;
    std::vector<sim::PlannedCall> planned;

  private:
    int roll(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
    // Some are listed hours after they were made.
    void publish(int count) {
        for (int i = 0; i < count; ++i) {
            const auto ago = roll(3) == 0 ? roll(180) : roll(50);
            planned.push_back(town.workload.make_call(town.world.now() - ago * 1min));
        }
        town.publish({planned.end() - count, planned.end()});
    }

    std::mt19937_64 random_;
    int requests_ = 0, back_up_at_ = 0;
};

// ROLLED_BACK=500 in the environment: so many times for each protocol.
int times() {
    const auto* wanted = std::getenv("ROLLED_BACK");
    return wanted == nullptr ? 20 : std::atoi(wanted);
}

class RolledBack : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Protocols, RolledBack, testing::Bool(), [](const auto& info) {
    return std::string{info.param ? "calls_object" : "engagements_v1"};
});

TEST_P(RolledBack, ABackupOfAnyAgeDoublesNoCall) {
    std::size_t calls = 0;
    int requests = 0;
    for (int seed = 0; seed < times() && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Day day{static_cast<std::uint64_t>(seed), GetParam()};
        day.pass();
        requests += day.go_back();
        calls += day.planned.size();
        expect_one_each(day.town, day.planned);
    }
    std::cout << "[ figures  ] " << times() << " backups put back, " << calls
              << " calls: " << requests << " requests to HubSpot in the first runs after it\n";
}

TEST_P(RolledBack, OnlyAProcesssFirstRunLooksUpWhatIsNew) {
    Town town{1, {.calls_scope = GetParam()}};
    town.workload.add_callers(1, 1, town.portal, town.world.now() - 24h);
    const auto requests_of_a_run = [&](Process& process, int calls = 1) {
        town.world.run(town.world.sleep(1h));
        for (int i = 0; i < calls; ++i) {
            town.publish({town.workload.make_call(town.world.now() - 5min)});
        }
        bridge::Order order;
        order.opens_hubspot = calls > 0;
        const auto report = process.sync(order);
        EXPECT_EQ(report.count(CallResult::synced), calls);
        return report.hubspot_requests;
    };
    {
        Process process{town};
        requests_of_a_run(process);
    }
    Process process{town};
    const int first = requests_of_a_run(process), second = requests_of_a_run(process);
    std::cout << "[ figures  ] a run with one new call of a known caller: " << first
              << " requests if it is its process's first, else " << second << '\n';
    EXPECT_EQ(second, 3);
    EXPECT_LE(first, second + 4);
    // A run without a call is a first run too, and need not ask HubSpot anything.
    Process later{town};
    EXPECT_EQ(requests_of_a_run(later, 0), 0);
    EXPECT_EQ(requests_of_a_run(later), 3);
}

void carry_without_the_platform_three_days_behind(Town& town) {
    town.network.set_faults(unreachable(site_origin));
    town.clock.set_ahead(-72h);
    Process process{town};
    for (int again = 0; again < 4; ++again) {
        process.sync();
        town.world.run(town.world.sleep(30min));
    }
    EXPECT_EQ(town.world.run(process.ledger().next_due()), std::nullopt) << "all is done";
}

// A first run that hears nothing of the platform knows its time by this machine's clock alone.
TEST_P(RolledBack, UnderAClockThatIsBehindACallFromTheFutureIsLookedUp) {
    Town town{1, {.calls_scope = GetParam()}};
    town.workload.add_callers(1, 1, town.portal, town.world.now());
    const auto planned = town.publish_calls(1, 1h);
    town.network.set_faults(unreachable(hubspot_origin));
    Process{town}.sync();
    town.ledger_file.back_up();
    town.network.set_faults({});
    EXPECT_EQ(Process{town}.sync().count(CallResult::synced), 1);
    town.ledger_file.put_back();

    carry_without_the_platform_three_days_behind(town);
    expect_one_each(town, planned);
}

// The search still shows the contact as it was before it was merged.
TEST_P(RolledBack, ACallOnAContactThatIsBeingMergedIsFoundOnTheSurvivor) {
    Town town{1, {.calls_scope = GetParam(), .index_lag = 1h}};
    const auto born = town.world.now() - 90h;
    const auto older = town.portal.add_contact({{"lastname", "Older"}}, born);
    const auto written = town.portal.add_contact({{"phone", "+15718308515"}}, born + 1h);
    const auto other = town.portal.add_contact({{"lastname", "Other"}}, born + 2h);
    town.site.publish(R"({"id":"c_1","customerPhone":"+15718308515","callTimestamp":")" +
                      format_utc(town.world.now() - 30min) + "\"}");
    EXPECT_EQ(Process{town}.sync().count(CallResult::synced), 1);
    town.portal.edit_contact(older, {{"phone", "+15718308515"}}, town.world.now());
    town.world.run(town.world.sleep(2h));
    town.ledger_file.remove();
    town.portal.merge_contacts(other, written, town.world.now());
    const auto report = Process{town}.sync(last_week(town));
    EXPECT_EQ(report.ending, bridge::Ending::done);
    EXPECT_THAT(activities_of(town), testing::ElementsAre(testing::Pair("c_1", 1)));
}

// HubSpot's responses show the time, where the platform's do not.
TEST_P(RolledBack, UnderAClockThatIsBehindAStampIsNotTakenForOneFromTheFuture) {
    Town town{1, {.calls_scope = GetParam()}};
    town.workload.add_callers(1, 1, town.portal, town.world.now());
    const auto older = town.workload.make_call(town.world.now() - 2h);
    const auto newer = town.workload.make_call(town.world.now() - 1h);
    town.publish({older, newer});
    const auto stamped = [&] {
        return property(town.portal.contacts().front(), "goodcall_last_call_date");
    };
    EXPECT_EQ(Process{town}.sync(last_week(town)).count(CallResult::synced), 2);
    const auto newest = stamped();
    EXPECT_NE(newest, "");
    town.ledger_file.remove();
    town.network.set_faults(unreachable(hubspot_origin));
    bridge::Order before_the_newer;
    before_the_newer.since = town.world.now() - 3h;
    before_the_newer.until = town.world.now() - 90min;
    Process{town}.sync(before_the_newer);

    carry_without_the_platform_three_days_behind(town);
    EXPECT_EQ(stamped(), newest);
}

TEST_P(RolledBack, AClockThatIsSetDuringARunHidesNothingThatWasForgotten) {
    Town town{1, {.calls_scope = GetParam()}};
    town.workload.add_callers(1, 1, town.portal, town.world.now());
    Process{town}.sync();
    town.ledger_file.back_up();
    const auto planned = town.publish_calls(1, 1h);
    EXPECT_EQ(Process{town}.sync(last_week(town)).count(CallResult::synced), 1);
    town.ledger_file.put_back();

    Process process{town};
    bridge::Order newest;
    newest.since = town.world.now();
    process.sync(newest);
    town.world.run(town.world.sleep(2h));
    town.network.set_faults([&](const HttpRequest& request) {
        if (request.url.starts_with(hubspot_origin)) town.clock.set_ahead(-90min);
        return sim::Fault::none();
    });
    process.sync(last_week(town));
    expect_one_each(town, planned);
}

TEST_P(RolledBack, ADatabaseThatFailsOverToAnOlderOneWhileItIsServedDoublesNoCall) {
    if (!PostgresServer::is_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
    const PostgresServer server;
    Town town{1, {.calls_scope = GetParam(), .index_lag = 60s}};
    std::vector<sim::PlannedCall> planned;
    const auto publish = [&] {
        town.world.run(town.world.sleep(1h));
        planned.push_back(town.workload.make_call(town.world.now() - 5min));
        town.publish({planned.back()});
    };
    town.workload.add_callers(3, 1, town.portal, town.world.now() - 24h);
    Process process{
        {town.world, town.clock, town.network, town.log, ledger::backend_at(server.url())}, {}};
    process.sync();
    publish();
    process.sync();
    server.control("keep");
    town.world.run(process.ledger().check());
    EXPECT_EQ(town.world.run(process.ledger().rollbacks()), 0) << "a restart loses nothing";
    for (int i = 0; i < 4; ++i) {
        publish();
        process.sync();
    }
    server.control("put_back");
    town.world.run(process.ledger().check());
    EXPECT_EQ(town.world.run(process.ledger().rollbacks()), 1);
    for (int i = 0; i < 4; ++i) {
        process.sync();
        town.world.run(town.world.sleep(2min));
    }
    expect_one_each(town, planned);
}

}  // namespace
}  // namespace ringbridge::tests
