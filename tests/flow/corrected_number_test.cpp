// A number that the platform corrects later: the activity moves to the contact with it, and the
// stamps of both contacts are right.
#include "core/mapping.hpp"
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using bridge::CallResult;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

/// The process dies in the middle of a run.
struct Killed {};

std::string property(const auto& record, const std::string& name) {
    const auto found = record.properties.find(name);
    return found == record.properties.end() ? std::string{} : found->second;
}

// Callers 0 and 1 are in HubSpot, the third is not; all calls belong to the first one until they
// are corrected.
class Corrections {
  public:
    explicit Corrections(sim::PortalOptions portal = {}, int calls = 3) : town{5, portal} {
        town.workload.add_callers(1, 1, town.portal, town.world.now() - 24h * 365);
        planned = town.publish_calls(calls, 6h);
        town.workload.add_callers(2, 1, town.portal, town.world.now() - 24h * 365);
        town.network.set_faults([this](const HttpRequest& request) {
            expect_none_lost();
            return fault_of && request.url.starts_with(hubspot_origin) ? fault_of(request)
                                                                       : sim::Fault::none();
        });
        process = std::make_unique<Process>(town, options);
        sync();
    }

    void correct(std::size_t call, std::size_t caller) {
        publish(call, town.workload.callers()[caller].e164);
        planned[call].caller = caller;
    }

    void publish(std::size_t call, const std::string& number) {
        auto record = json::parse(planned[call].record);
        record["customerPhone"] = number;
        town.site.publish(record.dump());
    }

    bridge::Report sync() { return process->sync(last_week(town)); }

    void restart() {
        process.reset();
        process = std::make_unique<Process>(town, options);
    }

    /// Runs until nothing waits for a lost answer any more.
    void sync_for_some_time() {
        for (int i = 0; i < 4; ++i) {
            town.world.run_until(town.world.now() + 1min);
            sync();
        }
    }

    /// At no moment is a call without a contact, or synced twice.
    void expect_none_lost() const {
        std::set<std::string> synced;
        for (const auto& activity : town.portal.calls()) {
            EXPECT_FALSE(activity.contact_ids.empty() && !merges_while_taking_off)
                << activity.id << " has no contact";
            EXPECT_TRUE(synced.insert(id_of(activity)).second) << "synced twice";
        }
    }

    static std::string id_of(const sim::PortalCall& activity) {
        return marked_id(property(activity, "hs_call_body")).value_or("");
    }

    sim::PortalCall activity_of(std::size_t call) const {
        for (const auto& activity : town.portal.calls()) {
            if (id_of(activity) == planned[call].id) return activity;
        }
        return {};
    }

    sim::PortalRecord contact_with(std::size_t caller) const {
        const auto& wanted = town.workload.callers()[caller];
        for (const auto& contact : town.portal.contacts()) {
            const bool known = contact.id == wanted.contact_id;
            if (known || property(contact, "phone") == wanted.e164) return contact;
        }
        return {};
    }

    void expect_right() const {
        EXPECT_THAT(town.portal.calls(), SizeIs(planned.size()));
        std::map<std::size_t, int> counts;
        for (std::size_t i = 0; i < planned.size(); ++i) {
            const auto activity = activity_of(i);
            const auto contact = contact_with(planned[i].caller);
            EXPECT_THAT(activity.contact_ids, testing::ElementsAre(contact.id)) << planned[i].id;
            const auto& number = town.workload.callers()[planned[i].caller].e164;
            EXPECT_EQ(property(activity, "hs_call_from_number"), number);
            EXPECT_THAT(property(activity, "hs_call_body"), HasSubstr(number));
            ++counts[planned[i].caller];
        }
        for (std::size_t caller = 0; caller < 3; ++caller) expect_stamp(caller, counts[caller]);
    }

    void expect_stamp(std::size_t caller, int count) const {
        const auto contact = contact_with(caller);
        const sim::PlannedCall* newest = nullptr;
        for (const auto& call : planned) {
            if (call.caller == caller && (!newest || newest->at < call.at)) newest = &call;
        }
        EXPECT_EQ(property(contact, "goodcall_call_count"), count ? std::to_string(count) : "");
        const auto record = newest ? json::parse(newest->record) : json::object();
        EXPECT_EQ(property(contact, "goodcall_last_call_id"), newest ? newest->id : "");
        EXPECT_EQ(property(contact, "goodcall_last_call_summary"), record.value("summary", ""));
        const auto date = property(contact, "goodcall_last_call_date");
        EXPECT_EQ(date.empty(), newest == nullptr);
        if (newest) EXPECT_EQ(parse_utc(date), newest->at);
    }

    ledger::Entry entry_of(std::size_t call) {
        return *town.world.run(process->ledger().find(CallId{planned[call].id}));
    }

    Town town;
    ProcessOptions options;
    std::vector<sim::PlannedCall> planned;
    sim::Network::Faults fault_of;
    bool merges_while_taking_off = false;
    std::unique_ptr<Process> process;
};

const std::vector<sim::PortalOptions> kinds_of_accounts{
    {.versions = {"2026-09"}}, {.versions = {"v3"}}, {.calls_scope = false}};

TEST(CorrectedNumber, TheActivityMovesToTheContactWithTheNumber) {
    for (const auto& kind : kinds_of_accounts) {
        for (const std::size_t call : {0U, 1U, 2U}) {
            for (const std::size_t caller : {1U, 2U}) {
                Corrections world{kind};
                world.expect_right();
                world.correct(call, caller);
                EXPECT_EQ(world.sync().count(CallResult::replaced), 1);
                world.expect_right();
                const auto writes = world.town.portal.writes();
                world.sync();
                EXPECT_EQ(world.town.portal.writes(), writes) << "a second run wrote something";
            }
        }
    }
}

TEST(CorrectedNumber, TheStampIsBlankIfNoCallIsLeft) {
    for (const auto& kind : kinds_of_accounts) {
        Corrections world{kind, 1};
        world.correct(0, 2);
        world.sync();
        world.expect_right();
        world.correct(0, 0);  // the receptionist was right at first
        world.sync();
        world.expect_right();
        EXPECT_THAT(world.town.portal.contacts(), SizeIs(3)) << "the third caller's contact stays";
    }
}

TEST(CorrectedNumber, SeveralCallsMoveTogetherAndOneByOne) {
    for (const auto& kind : kinds_of_accounts) {
        Corrections world{kind, 5};
        world.correct(1, 1);
        world.correct(4, 2);
        world.correct(3, 1);
        world.sync();
        world.expect_right();
        world.correct(4, 1);
        world.correct(1, 0);
        world.sync();
        world.expect_right();
    }
}

TEST(CorrectedNumber, AnotherFormatOfTheNumberMovesNothing) {
    Corrections world;
    const auto e164 = world.town.workload.callers()[0].e164;
    world.publish(0, "(" + e164.substr(2, 3) + ") " + e164.substr(5, 3) + "-" + e164.substr(8));
    int associations = 0;
    world.fault_of = [&](const HttpRequest& request) {
        associations += request.method == "PUT" || request.method == "DELETE" ? 1 : 0;
        return sim::Fault::none();
    };
    world.sync();
    EXPECT_EQ(associations, 0);
    world.expect_right();
}

TEST(CorrectedNumber, ANumberThatCannotBeUsedParksTheCallAndMovesNothing) {
    Corrections world;
    world.publish(2, "anonymous");
    EXPECT_EQ(world.sync().count(CallResult::parked), 1);
    const auto entry = world.entry_of(2);
    EXPECT_EQ(entry.stage, ledger::Stage::parked);
    EXPECT_THAT(entry.reason,
                AllOf(HasSubstr("the activity stays on contact " + entry.contact_id.text),
                      HasSubstr("withheld")));
    world.expect_right();
    // Neither a retry by a person nor a restart settles it; another correction does.
    EXPECT_TRUE(world.town.world.run(world.process->ledger().retry(entry.call.id)));
    world.restart();
    world.sync();
    EXPECT_EQ(world.entry_of(2).stage, ledger::Stage::parked);
    world.expect_right();
    world.correct(2, 1);
    world.sync();
    world.expect_right();
}

TEST(CorrectedNumber, ABlockedNumberLeavesTheActivityWhereItIs) {
    Corrections world;
    world.options.numbers.block = {world.town.workload.callers()[1].e164};
    world.restart();
    world.publish(2, world.town.workload.callers()[1].e164);
    world.sync();
    EXPECT_EQ(world.entry_of(2).stage, ledger::Stage::parked);
    world.expect_right();
}

TEST(CorrectedNumber, ACallWithANumberByHandStaysWithIt) {
    Corrections world{{}, 1};
    auto record = json::parse(world.planned[0].record);
    record["id"] = "c_by_hand";
    record["customerPhone"] = "anonymous";
    world.town.site.publish(record.dump());
    world.sync();
    const auto number = world.town.workload.callers()[1].e164;
    EXPECT_TRUE(world.town.world.run(world.process->ledger().give_number("c_by_hand", number)));
    world.sync();
    record["customerPhone"] = world.town.workload.callers()[2].e164;
    world.town.site.publish(record.dump());
    world.sync();
    for (const auto& activity : world.town.portal.calls()) {
        if (Corrections::id_of(activity) != "c_by_hand") continue;
        EXPECT_THAT(activity.contact_ids, testing::ElementsAre(world.contact_with(1).id));
    }
}

enum class Failure { request_lost, answer_lost, comes_late, killed_before, killed_after };

sim::Fault fault_under(Failure failure) {
    switch (failure) {
        case Failure::request_lost:
            return sim::Fault::lose_request();
        case Failure::answer_lost:
            return sim::Fault::lose_answer();
        case Failure::comes_late:
            return {.there = 38s, .ending = sim::Fault::Ending::silent};
        case Failure::killed_before:
            throw Killed{};
        case Failure::killed_after:
            return {.damage = [](HttpResponse&) { throw Killed{}; }};
    }
    return {};
}

// False: the run takes fewer requests.
bool correct_under(Failure failure, int nth, const sim::PortalOptions& kind, bool back) {
    Corrections world{kind};
    bool injected = false;
    world.fault_of = [&, left = nth](const HttpRequest&) mutable {
        if (injected || left-- > 0) return sim::Fault::none();
        injected = true;
        return fault_under(failure);
    };
    world.correct(2, 2);
    try {
        world.sync();
    } catch (const Killed&) {
        world.restart();
    }
    world.fault_of = {};
    if (back) world.correct(2, 0);
    world.sync_for_some_time();
    world.expect_right();
    return injected;
}

void correct_under_all(Failure failure) {
    for (const auto& kind : {kinds_of_accounts.front(), kinds_of_accounts.back()}) {
        for (const bool back : {false, true}) {
            int nth = 0;
            while (correct_under(failure, nth, kind, back) && !testing::Test::HasFailure()) ++nth;
            EXPECT_GT(nth, 5);
            if (testing::Test::HasFailure()) FAIL() << "request " << nth << ", back: " << back;
        }
    }
}

TEST(CorrectedNumber, AfterAnyLostRequestOneActivityIsOnTheRightContact) {
    correct_under_all(Failure::request_lost);
}

TEST(CorrectedNumber, AfterAnyLostAnswerOneActivityIsOnTheRightContact) {
    correct_under_all(Failure::answer_lost);
}

TEST(CorrectedNumber, AfterAnyLateRequestOneActivityIsOnTheRightContact) {
    correct_under_all(Failure::comes_late);
}

TEST(CorrectedNumber, KilledBeforeAnyRequestItContinues) {
    correct_under_all(Failure::killed_before);
}

TEST(CorrectedNumber, KilledAfterAnyRequestItContinues) {
    correct_under_all(Failure::killed_after);
}

TEST(CorrectedNumber, IfHubSpotRefusesToRemoveItTheReasonNamesBothContacts) {
    for (const auto& kind : kinds_of_accounts) {
        Corrections world{kind};
        const auto refuse = [](const HttpRequest& request) {
            if (request.method != "DELETE") return sim::Fault::none();
            return sim::Fault{.arrives = false,
                              .instead = HttpResponse{.status = 400, .headers = {}, .body = "{}"}};
        };
        world.fault_of = refuse;
        world.correct(2, 1);
        world.sync();
        const auto entry = world.entry_of(2);
        EXPECT_EQ(entry.stage, ledger::Stage::parked);
        EXPECT_THAT(entry.reason, AllOf(HasSubstr(world.contact_with(0).id),
                                        HasSubstr(world.contact_with(1).id)));
        world.fault_of = {};
        EXPECT_TRUE(world.town.world.run(world.process->ledger().retry(entry.call.id)));
        world.sync_for_some_time();
        world.expect_right();
    }
}

TEST(CorrectedNumber, IfHubSpotRefusesToMoveItItStaysAndARetryMovesIt) {
    for (const auto& kind : kinds_of_accounts) {
        Corrections world{kind};
        world.fault_of = [](const HttpRequest& request) {
            if (request.method != "PUT") return sim::Fault::none();
            return sim::Fault{.arrives = false,
                              .instead = HttpResponse{.status = 400, .headers = {}, .body = "{}"}};
        };
        world.correct(2, 1);
        world.sync();
        const auto entry = world.entry_of(2);
        EXPECT_EQ(entry.stage, ledger::Stage::parked);
        EXPECT_EQ(entry.contact_id.text, world.contact_with(0).id);
        EXPECT_THAT(world.activity_of(2).contact_ids, testing::ElementsAre(entry.contact_id.text));
        world.fault_of = {};
        EXPECT_TRUE(world.town.world.run(world.process->ledger().retry(entry.call.id)));
        world.sync();
        world.expect_right();
    }
}

// Not shown is not deleted: a firewall blocks the reading of one contact for a while.
TEST(CorrectedNumber, WhileHubSpotDoesNotShowTheOldContactTheMoveWaits) {
    for (const auto& kind : kinds_of_accounts) {
        Corrections world{kind};
        const auto old = world.contact_with(0).id;
        world.fault_of = [&](const HttpRequest& request) {
            const bool reads = request.url.contains("/contacts/batch/read") ||
                               request.url.contains("/contacts/" + old);
            const bool asked = (request.body + request.url).contains(old);
            if (!reads || !asked || request.method == "DELETE") return sim::Fault::none();
            return sim::Fault{.arrives = false,
                              .instead = HttpResponse{.status = 403,
                                                      .headers = {{"Content-Type", "text/html"}},
                                                      .body = "<html>Blocked"}};
        };
        world.correct(2, 1);
        world.sync();
        EXPECT_NE(world.entry_of(2).stage, ledger::Stage::done);
        EXPECT_THAT(world.entry_of(2).reason, HasSubstr(old));
        world.fault_of = {};
        world.town.world.run_until(world.town.world.now() + 2h);
        world.sync_for_some_time();
        world.expect_right();
    }
}

// At the moment when the activity is added to the second one or removed from the first. In the
// second case it has no contact until that is noticed: HubSpot has no conditional write.
TEST(CorrectedNumber, ContactsMergedDuringAMoveKeepTheActivity) {
    for (const auto& kind : kinds_of_accounts) {
        for (const auto* last : {"PUT", "DELETE"}) {
            Corrections world{kind};
            world.merges_while_taking_off = last == std::string_view{"DELETE"};
            const auto first = world.contact_with(0).id, second = world.contact_with(1).id;
            world.fault_of = [&, merged = false](const HttpRequest& request) mutable {
                if (request.method != last || std::exchange(merged, true))
                    return sim::Fault::none();
                world.town.portal.merge_contacts(second, first, world.town.world.now());
                return sim::Fault::none();
            };
            world.correct(2, 1);
            world.sync();
            world.sync_for_some_time();
            for (const auto& activity : world.town.portal.calls()) {
                EXPECT_THAT(activity.contact_ids, SizeIs(1)) << last;
            }
        }
    }
}

TEST(CorrectedNumber, ACallSyncedByALostLedgerIsCountedOnItsCurrentContact) {
    Corrections world;
    world.process.reset();
    world.town.ledger_file.remove();
    world.restart();
    world.sync();
    world.correct(2, 1);
    world.sync();
    world.expect_right();
    world.correct(2, 0);
    world.sync();
    world.expect_right();
}

// Answers are written to the receptionist's own properties, and to one of the account's.
TEST(CorrectedNumber, ValuesFromItsAnswersAreCorrectedUnderOurPrefixOnly) {
    const Mapping mapping{.label = "GoodCall",
                          .prefix = "goodcall",
                          .region = "US",
                          .form_properties = {{"Address", "goodcall_address", std::nullopt},
                                              {"Notes", "goodcall_notes", AnswerMode::append},
                                              {"Budget", "budget", AnswerMode::overwrite}}};
    const Call moved{.id = "c_2",
                     .called_at = *parse_utc("2026-11-23T09:00:00Z"),
                     .form_answers = {{"Address", "2 Elm St"}, {"Notes", "loud"}, {"Budget", "5"}}};
    const Call left{.id = "c_1",
                    .called_at = *parse_utc("2026-11-22T09:00:00Z"),
                    .form_answers = {{"Address", "1 Oak St"}, {"Notes", "calm"}, {"Budget", "3"}}};
    auto contact = build_stamp({left, 1, {left}}, {}, mapping);
    for (auto& [name, value] : build_stamp({moved, 2, {moved}}, contact, mapping)) {
        contact[name] = value;
    }
    contact["firstname"] = "Ada";
    auto put_right = contact;
    for (auto& [name, value] : build_correction(moved, {left, 1}, contact, mapping)) {
        put_right[name] = value;
    }
    auto wanted = build_stamp({left, 1, {left}}, {}, mapping);
    wanted["firstname"] = "Ada";
    wanted["budget"] = "5";
    EXPECT_EQ(put_right, wanted);
    EXPECT_EQ(build_correction(moved, {left, 1}, put_right, mapping), Properties{});
    auto blank = put_right;
    for (auto& [name, value] : build_correction(left, {}, put_right, mapping)) blank[name] = value;
    std::erase_if(blank, [](const auto& one) { return one.second.empty(); });
    EXPECT_EQ(blank, (Properties{{"firstname", "Ada"}, {"budget", "5"}}));
}

}  // namespace
}  // namespace ringbridge::tests
