// A site that changes the shape of its records: noticed, nothing synced wrongly, nothing lost, and
// all as it should be once the profile is corrected.
#include "admin/metrics.hpp"
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using bridge::CallResult;
using bridge::Ending;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

using Edits = std::vector<std::pair<std::string, std::string>>;

// GoodCall's profile, as an operator corrects a copy of it.
receptionist::Profile profile_with(const Edits& edits) {
    std::ostringstream text;
    text << std::ifstream{RINGBRIDGE_SOURCE_DIR "/profiles/goodcall.yaml"}.rdbuf();
    auto yaml = text.str();
    for (const auto& [from, to] : edits) {
        const auto at = yaml.find(from);
        if (at == std::string::npos) throw std::logic_error{"not in the profile: " + from};
        yaml.replace(at, from.size(), to);
    }
    auto profile = receptionist::parse_profile(yaml);
    if (!profile) throw std::logic_error{profile.error().front().why};
    return *profile;
}

std::string property(const auto& record, const std::string& name) {
    const auto found = record.properties.find(name);
    return found == record.properties.end() ? std::string{} : found->second;
}

class Drift : public testing::Test {
  protected:
    Drift() { restart(); }

    // As after an edit of the profile.
    void restart(const Edits& edits = {}) {
        process.reset();
        ProcessOptions options;
        options.change_profile = [edits](receptionist::Profile& profile) {
            profile = profile_with(edits);
        };
        process = std::make_unique<Process>(town, options);
    }

    json call(int number) {
        return {{"id", "c_" + std::to_string(number)},
                {"callTimestamp", format_utc(began - 30min + number * 1s)},
                {"durationSeconds", 60},
                {"customerPhone", "+1571830" + std::to_string(8000 + number)},
                {"agentPhone", "+17035550100"},
                {"callerName", "Jane Doe"},
                {"summary", "Wants visit " + std::to_string(number) + "."},
                {"status", "completed"},
                {"type", "call"}};
    }
    void publish(const json& record) { town.site.publish(record.dump()); }
    void publish_calls(int first, int last) {
        for (int number = first; number <= last; ++number) publish(call(number));
    }
    // Enough to know what is usual.
    void learn_what_is_usual() {
        publish_calls(1, 25);
        ASSERT_EQ(process->sync().count(CallResult::synced), 25);
        ASSERT_THAT(drifts(), IsEmpty());
    }
    void site_changes(std::function<void(json&)> change) {
        town.site.reshape([change = std::move(change)](const std::string& text) {
            auto record = json::parse(text);
            change(record);
            return record.dump();
        });
    }
    static std::function<void(json&)> renamed(const std::string& from, const std::string& to) {
        return [from, to](json& record) {
            record[to] = record[from];
            record.erase(from);
        };
    }
    void stop_listing(int first, int last) {
        for (int number = first; number <= last; ++number) {
            town.site.take_away("c_" + std::to_string(number));
        }
    }

    std::vector<std::string> drifts() {
        auto reasons = process->service().errors();
        std::erase_if(reasons, [](const auto& one) { return !one.contains("is gone from"); });
        return reasons;
    }
    std::string metrics() {
        const api::Served served{"main", "US", process->service()};
        return admin::metrics_text({{&served, {}}}, {});
    }
    int logged(const std::string& event) {
        return static_cast<int>(std::ranges::count_if(
            town.log.lines, [&](const auto& line) { return line.event == event; }));
    }
    std::vector<ledger::Entry> parked() {
        return town.world.run(process->ledger().list({.state = "parked", .limit = 500})).entries;
    }
    std::map<std::string, sim::PortalCall> activities() {
        std::map<std::string, sim::PortalCall> found;
        for (const auto& one : town.portal.calls()) {
            const auto id = marked_id(property(one, "hs_call_body")).value_or("?");
            EXPECT_TRUE(found.emplace(id, one).second) << id << " has two activities";
        }
        return found;
    }
    std::string contact_property(const std::string& id, const std::string& name) {
        const auto contact_id = activities().at(id).contact_ids.front();
        for (const auto& contact : town.portal.contacts()) {
            if (contact.id == contact_id) return property(contact, name);
        }
        return {};
    }

    Town town;
    const UtcTime began = town.world.now();
    std::unique_ptr<Process> process;
};

TEST_F(Drift, ARenamedFieldIsOneProblemThatNamesItAndIsOverWhenTheProfileIsCorrected) {
    learn_what_is_usual();
    site_changes(renamed("summary", "synopsis"));
    publish_calls(26, 31);
    for (int i = 0; i < 3; ++i) process->sync();
    EXPECT_THAT(drifts(), testing::ElementsAre(AllOf(HasSubstr("summary"), HasSubstr("$.summary"),
                                                     HasSubstr("25 of 25"))));
    EXPECT_THAT(metrics(), HasSubstr("ringbridge_schema_drift{field=\"summary\"} 1"));
    restart();
    process->sync();
    EXPECT_THAT(drifts(), SizeIs(1)) << "it is remembered";
    EXPECT_EQ(logged("schema_drifted"), 1);
    EXPECT_EQ(logged("schema_drift_over"), 0);

    restart({{"$.summary", "$.synopsis"}});
    process->sync();
    EXPECT_THAT(drifts(), IsEmpty());
    EXPECT_THAT(metrics(), Not(HasSubstr("ringbridge_schema_drift{")));
    EXPECT_EQ(logged("schema_drift_over"), 1);
}

TEST_F(Drift, WhatIsInHubSpotIsNeverMadePoorerAndWhatWasSyncedIsBroughtUpToDate) {
    learn_what_is_usual();
    site_changes([](json& record) {
        for (const auto* field : {"summary", "callerName", "durationSeconds"}) record.erase(field);
    });
    // A caller who has a stamp, again.
    auto again = call(40);
    again["customerPhone"] = call(3)["customerPhone"];
    publish(again);
    publish_calls(26, 31);
    process->sync();
    EXPECT_THAT(drifts(), SizeIs(3));
    ASSERT_THAT(activities(), SizeIs(32)) << "synced with what is there";
    EXPECT_THAT(property(activities().at("c_7"), "hs_call_body"), HasSubstr("Wants visit 7."));
    EXPECT_EQ(property(activities().at("c_7"), "hs_call_duration"), "60000");
    EXPECT_EQ(contact_property("c_40", "goodcall_last_call_id"), "c_40");
    EXPECT_EQ(contact_property("c_40", "goodcall_last_call_summary"), "Wants visit 3.");

    // Only what was kept has the new form of these.
    site_changes(renamed("summary", "synopsis"));
    process->sync();
    stop_listing(26, 28);
    restart({{"$.summary", "$.synopsis"}});
    process->sync();
    EXPECT_THAT(property(activities().at("c_27"), "hs_call_body"), HasSubstr("Wants visit 27."));
    EXPECT_EQ(property(activities().at("c_27"), "hs_call_duration"), "60000");
    EXPECT_EQ(contact_property("c_40", "goodcall_last_call_summary"), "Wants visit 40.");
    EXPECT_THAT(activities(), SizeIs(32));
}

TEST_F(Drift, CallsWithoutTheirNumberAreQuarantinedAndCarriedOnceTheProfileIsCorrected) {
    learn_what_is_usual();
    site_changes([](json& record) {  // moved
        record["caller"] = {{"phone", record["customerPhone"]}};
        record.erase("customerPhone");
    });
    publish_calls(26, 31);
    for (int i = 0; i < 3; ++i) process->sync();
    EXPECT_THAT(drifts(), testing::ElementsAre(HasSubstr("caller_phone ($.customerPhone)")));
    ASSERT_THAT(parked(), SizeIs(6));
    for (const auto& entry : parked()) EXPECT_THAT(entry.reason, StartsWith("quarantined:"));
    EXPECT_THAT(activities(), SizeIs(25)) << "nothing of them is synced";
    stop_listing(26, 31);
    process->sync();

    restart({{"$.customerPhone", "$.caller.phone"}});
    process->sync();
    EXPECT_THAT(parked(), IsEmpty());
    ASSERT_THAT(activities(), SizeIs(31));
    EXPECT_EQ(property(activities().at("c_30"), "hs_call_from_number"), "+15718308030");
}

TEST_F(Drift, CallsParkedForWantOfANumberBeforeItWasNoticedAreReadAgainToo) {
    publish_calls(1, 3);
    process->sync();
    site_changes(renamed("customerPhone", "from"));
    publish_calls(4, 6);
    process->sync();
    EXPECT_THAT(drifts(), IsEmpty()) << "too few to judge by";
    ASSERT_THAT(parked(), SizeIs(3));
    stop_listing(4, 6);
    restart({{"$.customerPhone", "$.from"}});
    process->sync();
    EXPECT_THAT(activities(), SizeIs(6));
    EXPECT_THAT(parked(), IsEmpty());
}

TEST_F(Drift, CallsWithoutTheirIdAreOneRowEachAndBecomeTheirCallsWithoutDoublingKnownOnes) {
    learn_what_is_usual();
    site_changes(renamed("id", "callId"));
    publish_calls(26, 31);
    for (int i = 0; i < 3; ++i) process->sync();
    EXPECT_THAT(drifts(), testing::ElementsAre(HasSubstr("id ($.id)")));
    EXPECT_THAT(parked(), SizeIs(31)) << "known calls are not recognized";
    auto changed = call(28);
    changed["summary"] = "Wants two visits.";
    publish(changed);
    process->sync();
    ASSERT_THAT(parked(), SizeIs(31)) << "one row each";
    for (const auto& entry : parked()) EXPECT_THAT(entry.reason, StartsWith("quarantined:"));
    EXPECT_THAT(parked(),
                Contains(testing::Field(&ledger::Entry::raw, HasSubstr("Wants two visits."))));
    EXPECT_THAT(activities(), SizeIs(25));
    // Somebody does not want one of them.
    for (const auto& entry : parked()) {
        if (!entry.raw.contains("\"c_29\"")) continue;
        EXPECT_TRUE(town.world.run(process->ledger().dismiss(entry.call.id, "not ours")));
    }
    stop_listing(20, 31);

    restart({{"id: $.id", "id: $.callId"}});
    process->sync();
    EXPECT_THAT(parked(), IsEmpty());
    EXPECT_THAT(activities(), SizeIs(30));
    EXPECT_THAT(property(activities().at("c_28"), "hs_call_body"), HasSubstr("Wants two visits."));
    const auto dismissed = town.world.run(process->ledger().find("c_29"));
    ASSERT_TRUE(dismissed);
    EXPECT_EQ(dismissed->stage, ledger::Stage::dismissed);
    EXPECT_EQ(dismissed->reason, "not ours");
    EXPECT_THAT(drifts(), IsEmpty());
}

// What was kept is read before the platform is asked, and shows the time.
TEST_F(Drift, WhatIsReadAgainUnderAClockThatIsBehindIsDatedAsTheSiteDatesIt) {
    learn_what_is_usual();
    site_changes(renamed("id", "callId"));
    publish_calls(26, 31);
    process->sync();
    stop_listing(20, 31);
    town.clock.set_ahead(-72h);
    restart({{"id: $.id", "id: $.callId"}});
    process->sync();
    for (int number = 26; number <= 31; ++number) {
        const auto id = "c_" + std::to_string(number);
        const auto entry = town.world.run(process->ledger().find(CallId{id}));
        ASSERT_TRUE(entry) << id;
        EXPECT_EQ(entry->placed_at, entry->call.called_at) << id;
    }
}

TEST_F(Drift, ASiteThatCorrectsItselfLeavesNothingQuarantined) {
    learn_what_is_usual();
    for (const auto* field : {"id", "callTimestamp", "customerPhone"}) {
        site_changes([field](json& record) { record.erase(field); });
        publish_calls(26, 31);
        process->sync();
        EXPECT_THAT(parked(), Not(IsEmpty())) << field;
        EXPECT_THAT(activities(), SizeIs(25)) << field;
    }
    site_changes([](json&) {});
    process->sync();
    EXPECT_THAT(parked(), IsEmpty());
    EXPECT_THAT(activities(), SizeIs(31));
    EXPECT_THAT(drifts(), IsEmpty());
}

TEST_F(Drift, ATimeWithoutItsZoneIsQuarantinedUntilTheProfileNamesOne) {
    learn_what_is_usual();
    site_changes([](json& record) {
        const auto utc = record["callTimestamp"].get<std::string>();
        record["callTimestamp"] = utc.substr(0, 10) + " " + utc.substr(11, 8);
        record["summary"] = record["summary"].get<std::string>() + " Soon.";
    });
    publish_calls(26, 31);
    for (int i = 0; i < 3; ++i) process->sync();
    EXPECT_THAT(drifts(), testing::ElementsAre(HasSubstr("called_at ($.callTimestamp)")));
    EXPECT_THAT(parked(), SizeIs(6)) << "a known call stays what it is";
    EXPECT_THAT(property(activities().at("c_7"), "hs_call_body"), Not(HasSubstr("Soon.")));
    stop_listing(1, 31);
    restart({{"called_at: $.callTimestamp",
              "called_at: { path: $.callTimestamp, format: '%Y-%m-%d %H:%M:%S', zone: UTC }"}});
    process->sync();
    EXPECT_THAT(parked(), IsEmpty());
    ASSERT_THAT(activities(), SizeIs(31));
    EXPECT_THAT(property(activities().at("c_7"), "hs_call_body"), HasSubstr("Soon."));
}

TEST_F(Drift, AnotherTypeThatMeansTheSameIsNoDrift) {
    for (int number = 1; number <= 25; ++number) {
        auto record = call(number);
        record["id"] = number;
        publish(record);
    }
    process->sync();
    site_changes([](json& record) {
        record["id"] = std::to_string(record["id"].get<int>());
        record["durationSeconds"] = "60";
        record["customerPhone"] = {{"e164", record["customerPhone"]}};
        record["callTimestamp"] =
            to_unix_ms(*parse_utc(record["callTimestamp"].get<std::string>()));
    });
    const auto report = process->sync();
    EXPECT_EQ(report.count(CallResult::skipped), 25);
    EXPECT_THAT(drifts(), IsEmpty());
    EXPECT_THAT(activities(), SizeIs(25));
}

TEST_F(Drift, AFieldOfAnotherTypeDoesNotReplaceWhatIsKnown) {
    learn_what_is_usual();
    site_changes([](json& record) {
        record["callerName"] = {{"given", "Jane"}, {"family", "Doe"}};
        record["customerPhone"] = {{"country", 1}, {"national", "5718308515"}};
        record["durationSeconds"] = {{"ms", 60'000}};
    });
    publish_calls(26, 31);
    process->sync();
    EXPECT_THAT(drifts(), SizeIs(3));
    EXPECT_THAT(property(activities().at("c_7"), "hs_call_title"), HasSubstr("Jane Doe"));
    EXPECT_THAT(property(activities().at("c_7"), "hs_call_title"), Not(HasSubstr("given")));
    EXPECT_THAT(parked(), SizeIs(6));
}

TEST_F(Drift, AFieldThatSomeKindOfCallNeverHasIsNotMissed) {
    learn_what_is_usual();
    const auto missed = [&](int number) {
        auto record = call(number);
        record["status"] = "missed";
        record["durationSeconds"] = 0;
        record.erase("summary");
        return record;
    };
    publish(missed(26));
    process->sync();
    stop_listing(1, 25);
    for (int number = 27; number <= 40; ++number) publish(missed(number));
    process->sync();
    EXPECT_THAT(drifts(), IsEmpty());
}

TEST_F(Drift, RecordsListedAgainAndAgainCountOnce) {
    publish_calls(1, 10);
    for (int i = 0; i < 5; ++i) process->sync();
    site_changes([](json& record) { record.erase("summary"); });
    for (int i = 0; i < 3; ++i) process->sync();
    EXPECT_THAT(drifts(), IsEmpty()) << "ten records are too few to judge by";
}

TEST_F(Drift, ARunThatListsOnlyWhatNeverHadATimeIsNoNews) {
    for (int number = 101; number <= 105; ++number) {
        auto record = call(number);
        record.erase("callTimestamp");
        publish(record);
        publish_calls(number - 100, number - 100);
    }
    publish_calls(6, 100);
    process->sync();
    stop_listing(1, 100);
    process->sync();
    EXPECT_THAT(drifts(), IsEmpty());
}

TEST_F(Drift, AFieldThatOnlyNewRecordsLackIsNoticedAcrossRuns) {
    learn_what_is_usual();
    for (int number = 26; number <= 30; ++number) {
        auto record = call(number);
        record.erase("summary");
        publish(record);
        EXPECT_THAT(drifts(), IsEmpty());
        process->sync();
    }
    EXPECT_THAT(drifts(), SizeIs(1));
}

TEST_F(Drift, AnswersAndOutcomesThatAreNotListedAnyMoreStay) {
    for (int number = 1; number <= 25; ++number) {
        auto record = call(number);
        if (number == 7) record["status"] = "missed";
        record["formResponses"] = json::array({{{"question", "Where?"}, {"answer", "12 Oak St"}}});
        publish(record);
    }
    process->sync();
    site_changes([](json& record) {
        record.erase("status");
        record.erase("formResponses");
    });
    process->sync();
    EXPECT_THAT(drifts(), SizeIs(2));
    EXPECT_EQ(property(activities().at("c_7"), "hs_call_status"), "NO_ANSWER");
    EXPECT_THAT(property(activities().at("c_7"), "hs_call_body"), HasSubstr("12 Oak St"));
    EXPECT_EQ(process->sync().count(CallResult::replaced), 0);
}

TEST_F(Drift, WithoutADirectionNobodyIsTakenForTheCaller) {
    const Edits dialled{{"  caller_phone: $.customerPhone\n  agent_phone: $.agentPhone\n",
                         "  from_phone: $.customerPhone\n  to_phone: $.agentPhone\n"
                         "  direction: { path: $.direction, outbound: [outbound] }\n"}};
    const auto dialled_call = [&](int number, bool outbound) {
        auto record = call(number);
        record["direction"] = outbound ? "outbound" : "inbound";
        if (outbound) std::swap(record["customerPhone"], record["agentPhone"]);
        return record;
    };
    restart(dialled);
    for (int number = 1; number <= 25; ++number) publish(dialled_call(number, number % 2 == 0));
    process->sync();
    site_changes(renamed("direction", "kind"));
    for (int number = 26; number <= 31; ++number) publish(dialled_call(number, number % 2 == 0));
    for (int i = 0; i < 2; ++i) process->sync();
    EXPECT_THAT(drifts(), testing::ElementsAre(HasSubstr("direction ($.direction)")));
    EXPECT_THAT(parked(), SizeIs(6));
    EXPECT_THAT(parked(), Each(testing::Field(&ledger::Entry::reason, StartsWith("quarantined:"))));
    EXPECT_THAT(activities(), SizeIs(25));
    EXPECT_EQ(property(activities().at("c_8"), "hs_call_direction"), "OUTBOUND");
    EXPECT_EQ(property(activities().at("c_8"), "hs_call_to_number"), "+15718308008");
    auto corrected = dialled;
    corrected[0].second.replace(corrected[0].second.find("$.direction"), 11, "$.kind");
    restart(corrected);
    process->sync();
    EXPECT_THAT(activities(), SizeIs(31));
    EXPECT_EQ(property(activities().at("c_28"), "hs_call_to_number"), "+15718308028");
}

TEST_F(Drift, RecordsWhoseFilterFieldIsGoneAreKeptNotDropped) {
    const auto filter = [](const std::string& path) {
        return Edits{{"    record_selector: $.calls[*]", "    record_filter: [{ path: " + path +
                                                             ", is: [call] }]\n"
                                                             "    record_selector: $.calls[*]"}};
    };
    restart(filter("$.type"));
    publish_calls(1, 25);
    auto message = call(50);
    message["type"] = "message";
    publish(message);
    process->sync();
    ASSERT_THAT(activities(), SizeIs(25));
    site_changes(renamed("type", "kind"));
    publish_calls(26, 31);
    for (int i = 0; i < 3; ++i) process->sync();
    EXPECT_THAT(drifts(), testing::ElementsAre(HasSubstr("record_filter[0] ($.type)")));
    EXPECT_THAT(parked(), SizeIs(7));
    EXPECT_THAT(parked(), Each(testing::Field(&ledger::Entry::reason, StartsWith("quarantined:"))));
    EXPECT_THAT(activities(), SizeIs(25));
    stop_listing(26, 31);
    restart(filter("$.kind"));
    process->sync();
    EXPECT_THAT(parked(), IsEmpty()) << "the message is known to be none now";
    EXPECT_THAT(activities(), SizeIs(31));
    EXPECT_FALSE(activities().contains("c_50"));
}

TEST_F(Drift, AFilterThatLeavesOutNothingWithoutItsFieldTakesNothingForACall) {
    restart({{"    record_selector: $.calls[*]",
              "    record_filter: [{ path: $.type, is_not: [message] }]\n"
              "    record_selector: $.calls[*]"}});
    publish_calls(1, 25);
    process->sync();
    site_changes(renamed("type", "kind"));
    auto message = call(50);
    message["type"] = "message";
    publish(message);
    process->sync();
    EXPECT_THAT(activities(), SizeIs(25));
    EXPECT_THAT(parked(), SizeIs(1));
}

TEST_F(Drift, AListingThatIsEmptyAgainstItsTotalIsNotBelieved) {
    publish_calls(1, 3);
    for (int i = 0; i < 20; ++i) process->sync();
    town.network.set_faults([](const HttpRequest& request) {
        if (!request.url.contains("/v0/calls")) return sim::Fault::none();
        return sim::Fault{.arrives = false,
                          .instead = HttpResponse{200, {}, R"({"calls":[],"total":3})"}};
    });
    const auto report = process->sync();
    EXPECT_EQ(report.ending, Ending::out_of_reach);
    EXPECT_THAT(report.errors.back().message, HasSubstr("lists no record at all"));
    // One that never fitted its total has another meaning for it.
    Town other;
    other.network.set_faults([](const HttpRequest& request) {
        if (!request.url.contains("/v0/calls")) return sim::Fault::none();
        return sim::Fault{.arrives = false,
                          .instead = HttpResponse{200, {}, R"({"calls":[],"total":3})"}};
    });
    EXPECT_EQ(Process{other}.sync().ending, Ending::done);
}

}  // namespace
}  // namespace ringbridge::tests
