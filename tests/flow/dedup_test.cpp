// Duplicates merged in the simulated account: nothing is lost, whatever fails.
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <set>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using bridge::DedupReport;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// One number's ten digits, in the formats of people and programs.
std::string written(const std::string& digits, std::size_t form) {
    const auto area = digits.substr(0, 3), mid = digits.substr(3, 3), end = digits.substr(6);
    const std::array forms{"+1" + digits,
                           "1" + digits,
                           digits,
                           "(" + area + ") " + mid + "-" + end,
                           "(" + area + ")" + mid + "-" + end,
                           area + "-" + mid + "-" + end,
                           area + "." + mid + "." + end,
                           area + " " + mid + " " + end,
                           "1-" + area + "-" + mid + "-" + end,
                           "+1 " + area + " " + mid + " " + end,
                           "+1 (" + area + ") " + mid + "-" + end,
                           "+1-" + area + "-" + mid + "-" + end,
                           "1 (" + area + ") " + mid + "-" + end,
                           area + "/" + mid + "-" + end,
                           "tel:+1-" + area + "-" + mid + "-" + end};
    return forms[form % forms.size()];
}

DedupReport dedup(Town& town, ProcessOptions options = {}) {
    Process process{town, std::move(options)};
    return town.world.run(process.service().dedup());
}

/// Contacts with duplicates of them, and a call on each.
struct Crowd {
    int people = 0, duplicates = 0;
    std::vector<std::string> oldest;  ///< ids, in the order of the people
};

// Groups of two to nine until `duplicates` are made; the other `contacts` have no duplicate.
Crowd fill(Town& town, int contacts, int duplicates) {
    Crowd crowd;
    auto born = town.world.now() - 1'000h;
    for (int made = 0, form = 0; made < contacts; ++crowd.people) {
        const auto digits = "571" + std::to_string(5'550'000 + crowd.people);
        const int more = std::min(1 + crowd.people % 8, duplicates - crowd.duplicates);
        for (int i = 0; i <= more; ++i, ++made) {
            const auto property = i % 3 == 2 ? "mobilephone" : "phone";
            const auto id = town.portal.add_contact(
                {{property, written(digits, static_cast<std::size_t>(form++))},
                 {"lifecyclestage", "lead"}},
                born += 1min);
            if (i == 0) crowd.oldest.push_back(id);
        }
        crowd.duplicates += more;
    }
    return crowd;
}

std::set<std::string> live_ids(const Town& town) {
    std::set<std::string> ids;
    for (const auto& contact : town.portal.contacts()) ids.insert(contact.id);
    return ids;
}

TEST(Dedup, MergesEachGroupIntoItsOldestWhateverIdItThenHas) {
    for (const bool keeps_id : {true, false}) {
        Town town{1, {.preserve_primary_id = keeps_id}};
        const auto crowd = fill(town, 60, 30);
        const auto report = dedup(town, {.hold = {.shared = false}});
        EXPECT_EQ(report.merged, 30);
        EXPECT_TRUE(report.converged());
        EXPECT_THAT(report.errors, IsEmpty());
        std::set<std::string> expected;
        for (const auto& id : crowd.oldest) expected.insert(town.portal.resolve(id));
        EXPECT_EQ(live_ids(town), expected);
        EXPECT_THAT(expected, SizeIs(30));
        EXPECT_EQ(dedup(town, {.hold = {.shared = false}}).duplicates(), 0);
    }
}

/// What a dedup took.
struct Effort {
    int requests = 0, passes = 0;
    Milliseconds time{0};
};

// The baseline: a script that lists all contacts, merges those of a number into the oldest one by
// one, skips what is refused, and repeats until nothing is left.
Effort dedup_by_script(Town& town) {
    const auto began = town.world.now();
    const auto send = [&](HttpRequest request) {
        request.headers = {{"Authorization", "Bearer " + town.portal.options().token},
                           {"Content-Type", "application/json"}};
        town.world.run(town.world.sleep(100ms));
        const auto response = town.portal.answer(request, town.world.now());
        return std::pair{response.status, nlohmann::json::parse(response.body, nullptr, false)};
    };
    const std::string contacts = std::string{hubspot_origin} + "/crm/v3/objects/contacts";
    Effort effort;
    for (bool merged_all = false; !merged_all;) {
        ++effort.passes;
        merged_all = true;
        std::map<std::string, std::vector<std::string>> by_number;
        for (std::string after = "&"; !after.empty();) {
            const auto [status, page] =
                send({.method = "GET",
                      .url = contacts + "?limit=100&properties=phone,mobilephone" + after});
            for (const auto& contact : page.at("results")) {
                const std::string id = contact["id"];
                for (const auto* name : {"phone", "mobilephone"}) {
                    if (!contact["properties"][name].is_string()) continue;
                    std::string digits = contact["properties"][name];
                    std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
                    auto& ids = by_number[digits.substr(digits.size() - 10)];
                    if (ids.empty() || ids.back() != id) ids.push_back(id);
                }
            }
            const auto next = page.value("/paging/next/after"_json_pointer, std::string{});
            after = next.empty() ? "" : "&after=" + next;
        }
        for (const auto& [number, ids] : by_number) {
            for (std::size_t i = 1; i < ids.size(); ++i) {
                const auto [status, answer] =
                    send({.method = "POST",
                          .url = contacts + "/merge",
                          .body = nlohmann::json{{"primaryObjectId", ids[0]},
                                                 {"objectIdToMerge", ids[i]}}
                                      .dump()});
                merged_all = false;
            }
        }
    }
    effort.requests = town.portal.requests();
    effort.time = town.world.now() - began;
    return effort;
}

TEST(Dedup, FiveThousandContactsTakeOnePassWhateverTheCooldown) {
    Town town{1, {.merge_cooldown = 10s, .enforce_limits = true}};
    const auto crowd = fill(town, 5'000, 1'200);
    const auto before = town.portal.requests();
    const auto began = town.world.now();
    const auto report = dedup(town, {.hold = {.shared = false}});
    const auto requests = town.portal.requests() - before;
    const Effort ours{requests, report.passes, town.world.now() - began};
    EXPECT_EQ(report.merged, 1'200);
    EXPECT_TRUE(report.converged());
    EXPECT_EQ(report.passes, 1);
    EXPECT_THAT(live_ids(town), SizeIs(static_cast<std::size_t>(crowd.people)));
    EXPECT_EQ(dedup(town, {.hold = {.shared = false}}).duplicates(), 0);

    Town other{1, {.merge_cooldown = 10s, .enforce_limits = true}};
    fill(other, 5'000, 1'200);
    const auto script = dedup_by_script(other);
    for (const auto& [who, effort] : {std::pair{"ringbridge", ours}, {"a script", script}}) {
        std::printf("5,000 contacts, 1,200 duplicates, %-10s: %d requests, %d passes, %lld s\n",
                    who, effort.requests, effort.passes,
                    static_cast<long long>(effort.time.count() / 1000));
    }
    EXPECT_LT(ours.requests, script.requests);
}

TEST(Dedup, TheSurvivorIsStampedWithTheNewestCallAndCountsAll) {
    Town town;
    const std::map<std::string, std::string> older{
        {"phone", "+15715550100"},
        {"goodcall_last_call_date", "2026-11-01T10:00:00.000Z"},
        {"goodcall_last_call_id", "c_old"},
        {"goodcall_last_call_summary", "about a fence"},
        {"goodcall_last_call_action", "booked"},
        {"goodcall_call_count", "3"}};
    const std::map<std::string, std::string> newer{
        {"phone", "571-555-0100"},
        {"goodcall_last_call_date", "2026-11-05T10:00:00.000Z"},
        {"goodcall_last_call_id", "c_new"},
        {"goodcall_last_call_summary", "about a gate"},
        {"goodcall_call_count", "2"}};
    town.portal.add_contact(older, town.world.now() - 900h);
    town.portal.add_contact(newer, town.world.now() - 800h);
    town.portal.add_contact({{"phone", "(571) 555-0100"}, {"goodcall_call_count", "4"}},
                            town.world.now() - 700h);
    (void)town.world.run(Process{town}.bridge().setup_properties());
    EXPECT_TRUE(dedup(town).converged());
    ASSERT_THAT(town.portal.contacts(), SizeIs(1));
    const auto survivor = town.portal.contacts().front().properties;
    EXPECT_EQ(survivor.at("goodcall_last_call_id"), "c_new");
    EXPECT_EQ(survivor.at("goodcall_last_call_summary"), "about a gate");
    EXPECT_EQ(survivor.at("goodcall_call_count"), "9");
}

TEST(Dedup, TheLosersValuesAreKept) {
    Town town;
    const auto keep = town.portal.add_contact({{"phone", "+15715550100"}}, town.world.now() - 900h);
    const auto loser = town.portal.add_contact(
        {{"phone", "571-555-0100"}, {"jobtitle", "Electrician"}}, town.world.now() - 800h);
    Process process{town};
    EXPECT_TRUE(town.world.run(process.service().dedup()).converged());
    const auto kept = town.world.run(process.ledger().find_merge(ContactId{loser}));
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->keep.text, keep);
    EXPECT_EQ(kept->survivor.text, town.portal.contacts().front().id);
    EXPECT_THAT(kept->snapshot, testing::HasSubstr(R"("jobtitle":"Electrician")"));
}

TEST(Dedup, HeldAndProtectedContactsAreLeftAlone) {
    Town town;
    const auto one = town.portal.add_contact(
        {{"phone", "+15715550100"}, {"email", "a@example.com"}}, town.world.now() - 900h);
    const auto other = town.portal.add_contact(
        {{"phone", "571-555-0100"}, {"email", "b@example.com"}}, town.world.now() - 800h);
    const auto third =
        town.portal.add_contact({{"phone", "+15715550101"}}, town.world.now() - 700h);
    const auto fourth =
        town.portal.add_contact({{"phone", "571-555-0101"}}, town.world.now() - 600h);
    const auto writes = town.portal.writes();
    const auto report = dedup(town, {.hold = {.protected_contacts = {ContactId{fourth}}}});
    EXPECT_EQ(report.held(), 2);
    EXPECT_TRUE(report.converged());
    EXPECT_EQ(live_ids(town), (std::set{one, other, third, fourth}));
    EXPECT_EQ(town.portal.writes(), writes);
}

TEST(Dedup, OfAnEditedPlanOnlyWhatItListsIsMerged) {
    Town town;
    auto born = town.world.now() - 900h;
    const auto add = [&](const char* phone, const char* email) {
        return town.portal.add_contact({{"phone", phone}, {"email", email}}, born += 1h);
    };
    const auto one = add("+15715550100", "a@example.com");
    const auto two = add("571-555-0100", "b@example.com");
    const auto three = add("+15715550101", "");
    const auto four = add("571-555-0101", "");
    const auto five = add("+15715550102", "");
    const auto six = add("571-555-0102", "");
    const ProcessOptions options{.hold = {.protected_contacts = {ContactId{six}}}};
    Process process{town, options};
    auto plan = town.world.run(process.bridge().preview_duplicates()).plan;
    ASSERT_THAT(plan, SizeIs(3));
    plan.erase(plan.begin() + 1);  // three and four
    for (auto& group : plan) group.approved = true;
    const auto report = town.world.run(process.service().dedup(plan));
    EXPECT_EQ(report.merged, 1);
    EXPECT_EQ(report.left_out, 1);
    EXPECT_EQ(town.portal.resolve(one), town.portal.resolve(two));
    EXPECT_NE(town.portal.resolve(three), town.portal.resolve(four));
    EXPECT_NE(town.portal.resolve(five), town.portal.resolve(six)) << "it is on the list";
}

TEST(Dedup, AnEditedPlanIsCheckedAgainBeforeEachMerge) {
    Town town;
    const auto one = town.portal.add_contact({{"phone", "+15715550100"}}, town.world.now() - 9h);
    const auto other = town.portal.add_contact({{"phone", "571-555-0100"}}, town.world.now() - 8h);
    Process process{town};
    const auto plan = town.world.run(process.bridge().preview_duplicates()).plan;
    town.portal.edit_contact(other, {{"phone", "+15715550199"}}, town.world.now());
    const auto report = town.world.run(process.service().dedup(plan));
    EXPECT_EQ(report.left_out, 1);
    EXPECT_EQ(live_ids(town), (std::set{one, other}));
}

TEST(Dedup, APreviewShowsWhatWouldBeLost) {
    Town town;
    const auto keep = town.portal.add_contact(
        {{"phone", "+15715550100"}, {"jobtitle", "Electrician"}}, town.world.now() - 900h);
    const auto second = town.portal.add_contact(
        {{"phone", "571-555-0100"}, {"jobtitle", "Plumber"}, {"city", "Reston"}},
        town.world.now() - 800h);
    const auto third = town.portal.add_contact({{"phone", "+15715550100"}, {"city", "Herndon"}},
                                               town.world.now() - 700h);
    const auto writes = town.portal.writes();
    const auto losses = town.world.run(Process{town}.bridge().preview_duplicates()).losses;
    std::set<std::string> lost;
    for (const auto& loss : losses) {
        EXPECT_EQ(loss.keep.text, keep);
        lost.insert(loss.merge.text + ' ' + loss.property + ' ' + loss.value + " for " + loss.kept);
    }
    EXPECT_EQ(lost, (std::set{second + " jobtitle Plumber for Electrician",
                              second + " phone 571-555-0100 for +15715550100",
                              third + " city Herndon for Reston"}));
    EXPECT_EQ(town.portal.writes(), writes);
}

TEST(Dedup, NumbersInOtherPropertiesMatchIfConfigured) {
    Town town;
    town.portal.add_contact({{"phone", "+15715550100"}}, town.world.now() - 900h);
    town.portal.add_contact({{"fax", "(571) 555-0100"}}, town.world.now() - 800h);
    EXPECT_EQ(dedup(town).merged, 0);
    EXPECT_EQ(dedup(town, {.phone_properties = {"fax"}}).merged, 1);
    EXPECT_THAT(live_ids(town), SizeIs(1));
}

TEST(Dedup, AContactWhoseEmailChangedMeanwhileIsLeftOut) {
    Town town;
    town.portal.add_contact({{"phone", "+15715550100"}, {"email", "a@example.com"}},
                            town.world.now() - 900h);
    const auto other =
        town.portal.add_contact({{"phone", "571-555-0100"}}, town.world.now() - 800h);
    town.network.set_faults([&](const HttpRequest& request) {
        // Between the plan and the merge.
        if (request.url.contains("/contacts?limit=100")) {
            return sim::Fault{.damage = [&](HttpResponse&) {
                town.portal.edit_contact(other, {{"email", "b@example.com"}}, town.world.now());
            }};
        }
        return sim::Fault::none();
    });
    const auto report = dedup(town);
    EXPECT_EQ(report.merged, 0);
    EXPECT_EQ(report.left_out, 1);
    EXPECT_TRUE(report.converged());
    ASSERT_THAT(report.errors, SizeIs(1));
    EXPECT_THAT(report.errors.front().message, testing::HasSubstr("e-mail"));
    EXPECT_THAT(live_ids(town), SizeIs(2));
}

// Answers to writes are lost, now and then requests too.
TEST(Dedup, LostAnswersMergeNothingTwiceAndLoseNothing) {
    Town town;
    const auto crowd = fill(town, 40, 20);
    int sent = 0;
    town.network.set_faults([&](const HttpRequest& request) {
        if (!request.url.ends_with("/merge")) return sim::Fault::none();
        ++sent;
        if (sent % 3 == 0) return sim::Fault::lose_answer();
        return sent % 3 == 1 ? sim::Fault::none() : sim::Fault::lose_request();
    });
    const auto report = dedup(town, {.hold = {.shared = false}});
    EXPECT_EQ(report.merged, 20);
    EXPECT_TRUE(report.converged());
    EXPECT_THAT(live_ids(town), SizeIs(static_cast<std::size_t>(crowd.people)));
}

// A merge request that timed out takes effect later: it counts as done, and the calls of both
// contacts are counted once.
TEST(Dedup, AMergeThatComesLateCountsAsDone) {
    Town town;
    town.workload.add_callers(1, 1, town.portal, town.world.now() - 900h);
    town.publish_calls(2, 24h);
    Process process{town};
    process.sync();
    const auto with_calls = town.workload.callers()[0].contact_id;
    town.workload.add_duplicate(0, {}, town.portal, town.world.now() - 950h);
    town.workload.add_duplicate(0, {}, town.portal, town.world.now() - 800h);
    bool first = true;
    town.network.set_faults([&](const HttpRequest& request) {
        if (!request.url.ends_with("/merge") || !std::exchange(first, false)) {
            return sim::Fault::none();
        }
        return sim::Fault{.there = 31s, .ending = sim::Fault::Ending::silent};
    });
    const auto report = town.world.run(process.service().dedup());
    EXPECT_EQ(report.merged, 2);
    EXPECT_EQ(report.left_out, 0);
    EXPECT_TRUE(report.converged());
    const auto count = [&] {
        return town.portal.contacts().front().properties.at("goodcall_call_count");
    };
    ASSERT_THAT(town.portal.contacts(), SizeIs(1));
    EXPECT_EQ(town.portal.resolve(with_calls), town.portal.contacts().front().id);
    EXPECT_EQ(count(), "2");
    town.publish_calls(1, 1h);
    process.sync();
    EXPECT_EQ(count(), "3");
}

// The process dies as the n-th request is sent, for every n; with its effect, and without.
TEST(Dedup, InterruptedAtAnyRequestTheNextOneEndsTheSame) {
    const std::map<std::string, std::string> stamp{
        {"phone", "571-555-0000"},
        {"goodcall_last_call_date", "2026-11-05T10:00:00.000Z"},
        {"goodcall_last_call_id", "c_new"},
        {"goodcall_call_count", "2"}};
    for (const bool arrives : {true, false}) {
        bool broken_off = true;
        for (int n = 1; broken_off; ++n) {
            Town town;
            (void)town.world.run(Process{town}.bridge().setup_properties());
            const auto crowd = fill(town, 20, 10);
            const auto stamped = town.portal.add_contact(
                {{"phone", written("5715550000", 3)}, {"goodcall_call_count", "1"}},
                town.world.now() - 10h);
            town.portal.edit_contact(stamped, stamp, town.world.now());
            town.portal.edit_contact(crowd.oldest.front(), {{"goodcall_call_count", "5"}},
                                     town.world.now());
            int sent = 0;
            town.network.set_faults([&](const HttpRequest&) {
                if (++sent < n) return sim::Fault::none();
                return arrives ? sim::Fault::lose_answer() : sim::Fault::lose_request();
            });
            const auto first = dedup(town, {.hold = {.shared = false}});
            broken_off = sent >= n;
            EXPECT_NE(first.converged(), broken_off) << n;
            town.network.set_faults({});
            EXPECT_TRUE(dedup(town, {.hold = {.shared = false}}).converged()) << n;
            EXPECT_THAT(live_ids(town), SizeIs(static_cast<std::size_t>(crowd.people))) << n;
            const auto id = town.portal.resolve(stamped);
            for (const auto& contact : town.portal.contacts()) {
                if (contact.id != id) continue;
                EXPECT_EQ(contact.properties.at("goodcall_last_call_id"), "c_new") << n;
                EXPECT_EQ(contact.properties.at("goodcall_call_count"), "7") << n;
            }
        }
    }
}

TEST(Dedup, CallsThatComeDuringItGoToTheSurvivors) {
    Town town{1, {.merge_cooldown = 10s}};
    town.workload.add_callers(10, 0, town.portal, town.world.now());
    auto born = town.world.now() - 1'000h;
    for (const auto& caller : town.workload.callers()) {
        for (int i = 0; i < 3; ++i) {
            town.portal.add_contact({{"phone", caller.e164}}, born += 1min);
        }
    }
    const auto planned = town.publish_calls(30, 24h);
    Process process{town, {.hold = {.shared = false}}};
    std::optional<DedupReport> deduplicated;
    asio::co_spawn(
        town.world.executor(), process.service().dedup(),
        [&](std::exception_ptr, DedupReport report) { deduplicated = std::move(report); });
    const auto run = town.world.run(process.service().run(last_week(town), 1h));
    ASSERT_TRUE(run);
    EXPECT_EQ(run->count(bridge::CallResult::failed), 0);
    while (!deduplicated) town.world.run(town.world.sleep(1s));
    EXPECT_TRUE(deduplicated->converged());
    const auto alive = live_ids(town);
    EXPECT_THAT(town.portal.calls(), SizeIs(planned.size()));
    for (const auto& call : town.portal.calls()) {
        ASSERT_THAT(call.contact_ids, SizeIs(1));
        EXPECT_TRUE(alive.contains(call.contact_ids.front()));
    }
}

}  // namespace
}  // namespace ringbridge::tests
