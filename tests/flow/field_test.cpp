// Failures seen in production: one record, one caller or one person in HubSpot never stops,
// misleads or overwrites the others.
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using bridge::CallResult;
using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::string property(const auto& record, const std::string& name) {
    const auto found = record.properties.find(name);
    return found == record.properties.end() ? std::string{} : found->second;
}

class Field : public testing::TestWithParam<bool> {
  protected:
    explicit Field(bool calls_scope = true) : town{5, {.calls_scope = calls_scope}} {
        town.network.set_faults([this](const HttpRequest& request) {
            if (request.url.starts_with(hubspot_origin)) ++requests;
            auto answer = refuse ? refuse(request) : std::nullopt;
            if (!answer) return sim::Fault::none();
            return sim::Fault{.arrives = false, .instead = std::move(answer)};
        });
    }

    json call(const std::string& id, const std::string& phone, Milliseconds ago = 10min) {
        return {{"id", id},
                {"callTimestamp", format_utc(town.world.now() - ago)},
                {"durationSeconds", 60},
                {"customerPhone", phone},
                {"callerName", "Jane Doe"},
                {"summary", "Wants a visit."}};
    }
    void publish(const json& record) { town.site.publish(record.dump()); }

    std::string add_contact(std::map<std::string, std::string> properties) {
        return town.portal.add_contact(std::move(properties), town.world.now() - 24h);
    }
    sim::PortalCall activity(const std::string& call_id) {
        for (auto& one : town.portal.calls()) {
            if (marked_id(property(one, "hs_call_body")).value_or("").starts_with(call_id)) {
                return one;
            }
        }
        ADD_FAILURE() << call_id << " has no activity";
        return {};
    }
    // As a person does in HubSpot's UI.
    void type_into(const sim::PortalCall& activity, const json& properties) {
        const bool scope = std::exchange(town.portal.options().calls_scope, true);
        const auto response = town.portal.answer(
            {.method = "PATCH",
             .url = std::string{hubspot_origin} + "/crm/v3/objects/calls/" + activity.id,
             .headers = {{"Authorization", "Bearer " + sim::PortalOptions{}.token},
                         {"Content-Type", "application/json"}},
             .body = json{{"properties", properties}}.dump()},
            town.world.now());
        ASSERT_EQ(response.status, 200) << response.body;
        town.portal.options().calls_scope = scope;
    }

    Town town;
    int requests = 0;
    std::function<std::optional<HttpResponse>(const HttpRequest&)> refuse;
};

HttpResponse blocked(int status) {
    return {.status = status,
            .headers = {{"Content-Type", "text/html"}},
            .body = "<html><body><h1>Request blocked</h1></body></html>"};
}

// ---- refused because of one caller

// By a firewall that mistakes one number, or one contact's id, for an attack.
class RefusedReads : public Field {
  protected:
    static constexpr std::array statuses{400, 403, 413, 414, 451};
};

TEST_F(RefusedReads, OfOneNumbersSearchParkOnlyThatCaller) {
    for (const int status : statuses) {
        Town another{7};
        int refused = 0;
        another.network.set_faults([&](const HttpRequest& request) {
            const bool hit = request.url.contains("/search") && request.body.contains("5550007");
            if (!hit) return sim::Fault::none();
            ++refused;
            return sim::Fault{.arrives = false, .instead = blocked(status)};
        });
        for (int i = 0; i < 10; ++i) {
            auto record = call("c_" + std::to_string(i), "+1703555000" + std::to_string(i));
            another.site.publish(record.dump());
        }
        Process process{another};
        const auto report = process.sync();
        EXPECT_GT(refused, 0);
        EXPECT_EQ(report.count(CallResult::synced), 9) << status;
        EXPECT_EQ(report.count(CallResult::parked), 1) << status;
        ASSERT_THAT(report.errors, SizeIs(1)) << status;
        EXPECT_EQ(report.errors[0].call_id, "c_7");
        EXPECT_THAT(report.errors[0].message,
                    HasSubstr("HubSpot refused to search for the number"));
    }
}

TEST_F(RefusedReads, OfOneContactDelayOnlyItsCalls) {
    for (const int status : statuses) {
        Town another{7};
        std::vector<std::string> contacts;
        for (int i = 0; i < 10; ++i) {
            contacts.push_back(another.portal.add_contact(
                {{"phone", "+1703555000" + std::to_string(i)}}, another.world.now() - 24h));
            another.site.publish(
                call("a_" + std::to_string(i), "+1703555000" + std::to_string(i)).dump());
        }
        Process process{another};
        EXPECT_EQ(process.sync().count(CallResult::synced), 10);
        another.network.set_faults([&](const HttpRequest& request) {
            const bool hit = request.url.contains("/contacts/batch/read") &&
                             request.body.contains('"' + contacts[7] + '"');
            if (!hit) return sim::Fault::none();
            return sim::Fault{.arrives = false, .instead = blocked(status)};
        });
        for (int i = 0; i < 10; ++i) {
            another.site.publish(
                call("b_" + std::to_string(i), "+1703555000" + std::to_string(i), 5min).dump());
        }
        const auto report = process.sync();
        EXPECT_EQ(report.count(CallResult::synced), 9) << status;
        ASSERT_THAT(report.errors, SizeIs(1)) << status;
        EXPECT_EQ(report.errors[0].call_id, "b_7");
        EXPECT_THAT(report.errors[0].message, HasSubstr("HubSpot refused to show contact"));
    }
}

// The ledger is new and an older one may have been lost, so each contact's activities are checked.
TEST_F(RefusedReads, OfOneContactsActivitiesDelayOnlyItsCalls) {
    for (const bool calls_scope : {true, false}) {
        Town another{7, {.calls_scope = calls_scope}};
        std::vector<std::string> contacts;
        for (int i = 0; i < 10; ++i) {
            contacts.push_back(another.portal.add_contact(
                {{"phone", "+1703555000" + std::to_string(i)}}, another.world.now() - 24h));
            another.site.publish(
                call("c_" + std::to_string(i), "+1703555000" + std::to_string(i)).dump());
        }
        another.network.set_faults([&](const HttpRequest& request) {
            const bool hit = (request.url.contains("/associations/") &&
                              request.body.contains('"' + contacts[7] + '"')) ||
                             request.url.contains("/CONTACT/" + contacts[7] + "/paged");
            if (!hit) return sim::Fault::none();
            return sim::Fault{.arrives = false, .instead = blocked(403)};
        });
        Process process{another};
        const auto report = process.sync();
        EXPECT_EQ(report.count(CallResult::synced), 9);
        ASSERT_THAT(report.errors, SizeIs(1));
        EXPECT_EQ(report.errors[0].call_id, "c_7");
        EXPECT_TRUE(report.errors[0].retry_at);
        EXPECT_EQ(another.portal.calls().size(), 9U);
    }
}

// The ledger is new: the call may be on the other contact with the number.
TEST_F(RefusedReads, OfAnotherMatchsActivitiesWriteNoSecondOne) {
    publish(call("c_1", "+17035550000"));
    Process{town}.sync();
    const auto holder = town.portal.contacts().front().id;
    town.portal.add_contact({{"phone", "+17035550000"}}, town.world.now() - 24h * 365);
    town.ledger_file.remove();
    refuse = [&](const HttpRequest& request) {
        const bool hit =
            request.url.contains("/associations/") && request.body.contains('"' + holder + '"');
        return hit ? std::optional{blocked(403)} : std::nullopt;
    };
    Process process{town};
    const auto report = process.sync();
    EXPECT_THAT(town.portal.calls(), SizeIs(1));
    ASSERT_THAT(report.errors, SizeIs(1));
    EXPECT_THAT(report.errors[0].message,
                HasSubstr("HubSpot refused to show the activities of contact"));
    // The refused lookup is repeated and now succeeds.
    refuse = {};
    town.world.run_until(town.world.now() + 2h);
    process.sync();
    EXPECT_THAT(town.portal.calls(), SizeIs(1));
    EXPECT_EQ(town.world.run(process.ledger().count_by_state()).at("synced"), 1);
}

// A proxy that refuses everything says nothing about any caller.
TEST_F(RefusedReads, OfAllParkNobody) {
    refuse = [](const HttpRequest& request) {
        const bool asked_of_hubspot = request.url.starts_with(hubspot_origin);
        return asked_of_hubspot ? std::optional{blocked(403)} : std::nullopt;
    };
    for (int i = 0; i < 10; ++i) {
        publish(call("c_" + std::to_string(i), "+1703555000" + std::to_string(i)));
    }
    Process process{town};
    const auto report = process.sync();
    EXPECT_EQ(report.ending, bridge::Ending::out_of_reach);
    EXPECT_EQ(report.count(CallResult::parked), 0);
    refuse = {};
    EXPECT_EQ(process.sync().count(CallResult::synced), 10);
}

// ---- a crowded number

// Beyond 10,000 results HubSpot refuses the next page.
TEST_F(Field, ANumberThatTenThousandContactsShareAffectsOnlyItsCallers) {
    for (int i = 0; i < 10'050; ++i) add_contact({{"phone", "+17035550000"}});
    publish(call("c_0", "+17035550000"));
    publish(call("c_1", "+17035550001"));
    Process process{town};
    const auto report = process.sync();
    EXPECT_EQ(report.count(CallResult::synced), 2);
    EXPECT_LE(requests, 40);
}

TEST_F(Field, ANumberThatNineHundredContactsShareCostsFewRequests) {
    std::string oldest;
    for (int i = 0; i < 900; ++i) {
        const auto id =
            town.portal.add_contact({{"phone", "+17035550000"}}, town.world.now() - 24h + i * 1s);
        if (i == 0) oldest = id;
    }
    publish(call("c_0", "+17035550000"));
    publish(call("c_1", "+17035550001"));
    Process process{town};
    const auto report = process.sync();
    EXPECT_EQ(report.count(CallResult::synced), 2);
    EXPECT_THAT(activity("c_0").contact_ids, ElementsAre(oldest));
    EXPECT_LE(requests, 40);
}

// ---- addresses

TEST_F(Field, NineHundredPropertiesDoNotStopADedupAfterALostMerge) {
    add_contact({{"phone", "+17035550000"}, {"firstname", "Jane"}});
    add_contact({{"mobilephone", "+17035550000"}, {"firstname", "Jane"}});
    for (int i = 0; i < 900; ++i) {
        const auto made = town.portal.answer(
            {.method = "POST",
             .url = std::string{hubspot_origin} + "/crm/v3/properties/contacts",
             .headers = {{"Authorization", "Bearer " + sim::PortalOptions{}.token},
                         {"Content-Type", "application/json"}},
             .body = json{{"name", "a_custom_property_number_" + std::to_string(i)},
                          {"label", "x"},
                          {"type", "string"},
                          {"fieldType", "text"},
                          {"groupName", "contactinformation"}}
                         .dump()},
            town.world.now());
        ASSERT_EQ(made.status, 201) << made.body;
    }
    bool lost = false;
    town.network.set_faults([&](const HttpRequest& request) {
        if (!request.url.ends_with("/merge") || std::exchange(lost, true)) {
            return sim::Fault::none();
        }
        return sim::Fault::lose_answer();
    });
    Process process{town};
    const auto report = town.world.run(process.service().dedup());
    EXPECT_TRUE(lost);
    EXPECT_EQ(report.merged, 1);
    EXPECT_THAT(report.errors, IsEmpty());
    EXPECT_EQ(town.portal.contacts().size(), 1U);
}

TEST_F(Field, AHundredFormQuestionsFitEveryRequest) {
    ProcessOptions options;
    for (int i = 0; i < 150; ++i) {
        const auto name = "goodcall_a_rather_long_question_number_" + std::to_string(i);
        options.form_properties.push_back(
            {.question = "Question " + std::to_string(i) + '?', .property = name});
    }
    add_contact({{"phone", "+17035550000"}, {"firstname", "Jane"}, {"lastname", "Roe"}});
    for (int i = 0; i < 40; ++i) {
        auto record = call("c_" + std::to_string(i), "+170355500" + std::to_string(10 + i));
        if (i == 0) record["customerPhone"] = "+17035550000";
        record["formResponses"] = json::array({{{"question", "Question 9?"}, {"answer", "yes"}}});
        publish(record);
    }
    Process process{town, options};
    EXPECT_EQ(process.sync().count(CallResult::synced), 40);
    EXPECT_EQ(town.portal.contacts().size(), 40U);
    EXPECT_EQ(property(town.portal.contacts().front(), "lastname"), "Roe");
}

// ---- merges

TEST_F(Field, ACallersNumberFollowsAContactThatAPersonMerged) {
    publish(call("c_1", "+17035550000"));
    Process process{town};
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    const auto caller = town.portal.contacts().front().id;
    const auto business = add_contact({{"phone", "+17035559999"}, {"mobilephone", "+17035558888"}});
    const auto merged = town.portal.merge_contacts(business, caller, town.world.now());
    for (const auto* id : {"c_2", "c_3"}) {
        town.world.run_until(town.world.now() + 1h);
        publish(call(id, "+17035550000"));
        EXPECT_EQ(process.sync().count(CallResult::synced), 1);
        EXPECT_THAT(town.portal.contacts(), SizeIs(1)) << "the duplicate is back";
        EXPECT_THAT(activity(id).contact_ids, ElementsAre(merged));
    }
    EXPECT_EQ(property(town.portal.contacts().front(), "mobilephone"), "+17035558888");
}

TEST_F(Field, ACallersNumberIsKeptAfterAMergeIfAFieldIsFree) {
    publish(call("c_1", "+17035550000"));
    Process process{town};
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    const auto caller = town.portal.contacts().front().id;
    const auto business = add_contact({{"phone", "+17035559999"}});
    const auto merged = town.portal.merge_contacts(business, caller, town.world.now());
    town.world.run_until(town.world.now() + 1h);
    publish(call("c_2", "+17035550000"));
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    EXPECT_EQ(property(town.portal.contacts().front(), "mobilephone"), "+17035550000");
    // A new ledger finds it there.
    town.ledger_file.remove();
    Process another{town};
    publish(call("c_3", "+17035550000"));
    another.sync();
    EXPECT_THAT(activity("c_3").contact_ids, ElementsAre(merged));
}

// Found by the simulated world: a second contact was made.
TEST_F(Field, ARefusedActivityOfAMergedCallerGoesToTheSurvivor) {
    publish(call("c_1", "+17035550000"));
    Process process{town};
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    const auto caller = town.portal.contacts().front().id;
    const auto business = add_contact({{"phone", "+17035559999"}, {"mobilephone", "+17035558888"}});
    std::string merged;
    refuse = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
        if (!merged.empty() || !request.url.ends_with("/calls/batch/create")) return std::nullopt;
        merged = town.portal.merge_contacts(business, caller, town.world.now());
        return blocked(400);
    };
    publish(call("c_2", "+17035550000"));
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    EXPECT_THAT(activity("c_2").contact_ids, ElementsAre(merged));
    EXPECT_THAT(town.portal.contacts(), SizeIs(1));
}

// Somebody gave the number to another contact since: it belongs to that one.
TEST_F(Field, ANumberGivenToAnotherContactAfterAMergeBelongsToThatOne) {
    publish(call("c_1", "+17035550000"));
    Process process{town};
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    const auto caller = town.portal.contacts().front().id;
    const auto business = add_contact({{"phone", "+17035559999"}, {"mobilephone", "+17035558888"}});
    town.portal.merge_contacts(business, caller, town.world.now());
    const auto heir = add_contact({{"phone", "(703) 555-0000"}});
    town.world.run_until(town.world.now() + 1h);
    publish(call("c_2", "+17035550000"));
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    EXPECT_THAT(activity("c_2").contact_ids, ElementsAre(heir));
}

TEST_F(Field, DedupKeepsTheNumbersOfMergedContactsIfAFieldIsFree) {
    add_contact({{"phone", "+17035550000"}, {"firstname", "Jane"}});
    add_contact({{"phone", "+17035551111"}, {"mobilephone", "+17035550000"}});
    ProcessOptions options;
    options.phone_properties = {"phone", "mobilephone"};
    Process process{town, options};
    EXPECT_EQ(town.world.run(process.service().dedup()).merged, 1);
    ASSERT_THAT(town.portal.contacts(), SizeIs(1));
    const auto contact = town.portal.contacts().front();
    EXPECT_EQ(property(contact, "phone"), "+17035550000");
    EXPECT_EQ(property(contact, "mobilephone"), "+17035551111");
    publish(call("c_1", "+17035551111"));
    process.sync();
    EXPECT_THAT(town.portal.contacts(), SizeIs(1));
}

// ---- what people write

class PeoplesText : public Field {
  protected:
    PeoplesText() : Field(GetParam()) {
        record = call("c_1", "+17035550000");
        publish(record);
        EXPECT_EQ(process.sync().count(CallResult::synced), 1);
        first = activity("c_1");
    }
    sim::PortalCall after_the_transcript_comes() {
        record["transcript"] = "A: Hello";
        record["callerName"] = "Jane Roe";
        town.world.run_until(town.world.now() + 1h);
        publish(record);
        EXPECT_EQ(process.sync().count(CallResult::replaced), 1);
        EXPECT_THAT(town.portal.calls(), SizeIs(1)) << "written twice";
        return activity("c_1");
    }

    json record;
    Process process{town};
    sim::PortalCall first;
};

TEST_P(PeoplesText, AboveAndBelowOursStays) {
    type_into(first, {{"hs_call_body", "<p>VIP! Ring back.</p>" + property(first, "hs_call_body") +
                                           "<p>Done, <strong>Ann</strong></p>"}});
    const auto body = property(after_the_transcript_comes(), "hs_call_body");
    EXPECT_THAT(body, AllOf(StartsWith("<p>VIP! Ring back.</p><p><strong>Caller"),
                            HasSubstr("Jane Roe"), HasSubstr("A: Hello"), Not(HasSubstr("Doe")),
                            EndsWith("GoodCall ID: c_1<p>Done, <strong>Ann</strong></p>")));
}

TEST_P(PeoplesText, BehindTheMarkerStays) {
    for (const std::string typed : {".", " called back", "&nbsp;", "&nbsp;done.",
                                    "<strong> urgent</strong>", " – ok", "  "}) {
        const auto before = property(activity("c_1"), "hs_call_body");
        type_into(first, {{"hs_call_body", before + typed}});
        town.ledger_file.remove();  // and is recognized by its marker alone
        Process another{town};
        another.sync();
        EXPECT_THAT(town.portal.calls(), SizeIs(1)) << "written twice: " << typed;
        type_into(first, {{"hs_call_body", before}});
    }
}

TEST_P(PeoplesText, InTheTitleStays) {
    type_into(first, {{"hs_call_title", "GoodCall: Jane Doe — VIP"}});
    EXPECT_EQ(property(after_the_transcript_comes(), "hs_call_title"), "GoodCall: Jane Doe — VIP");
}

TEST_P(PeoplesText, ThatIsAbsentLeavesAllToUs) {
    const auto activity = after_the_transcript_comes();
    EXPECT_EQ(property(activity, "hs_call_title"), "GoodCall: Jane Roe");
    EXPECT_THAT(property(activity, "hs_call_body"),
                AllOf(StartsWith("<p><strong>Caller"), HasSubstr("A: Hello"),
                      EndsWith("</p>GoodCall ID: c_1")));
}

INSTANTIATE_TEST_SUITE_P(CallsObjectAndV1, PeoplesText, testing::Bool());

// ---- replaced on request

class Replaced : public Field {
  protected:
    Replaced() : Field(GetParam()) {}
    void add_activity(const std::string& contact, const std::string& body) {
        const auto made = town.portal.answer(
            {.method = "POST",
             .url = std::string{hubspot_origin} + "/engagements/v1/engagements",
             .headers = {{"Authorization", "Bearer " + sim::PortalOptions{}.token},
                         {"Content-Type", "application/json"}},
             .body = json{{"engagement",
                           {{"active", true},
                            {"type", "CALL"},
                            {"timestamp", to_unix_ms(town.world.now() - 10min)}}},
                          {"associations", {{"contactIds", {std::stoll(contact)}}}},
                          {"metadata", {{"body", body}, {"title", "Old title"}}}}
                         .dump()},
            town.world.now());
        ASSERT_EQ(made.status, 200) << made.body;
    }
};

TEST_P(Replaced, EveryActivityOfACallIsDeletedExceptOneInTheNewForm) {
    const auto contact = add_contact({{"phone", "+17035550000"}});
    const auto other = add_contact({{"mobilephone", "+17035550000"}});
    for (const std::string id : {"c_1", "c_2", "c_3"}) {
        publish(call(id, "+17035550000"));
        add_activity(contact, "**Summary** old<br>GoodCall ID: " + id);
        add_activity(contact, "**Summary** old<br>GoodCall ID: " + id);
        add_activity(other, "**Summary** old<br>GoodCall ID: " + id);
    }
    add_activity(contact, "A note of somebody's.");
    Process process{town};
    auto order = last_week(town);
    order.replace_activities = true;
    const auto report = process.sync(order);
    EXPECT_EQ(report.count(CallResult::replaced), 3);
    std::map<std::string, int> of_call;
    for (const auto& one : town.portal.calls()) {
        const auto id = marked_id(property(one, "hs_call_body"));
        if (!id) continue;
        ++of_call[*id];
        EXPECT_EQ(property(one, "hs_call_title"), "GoodCall: Jane Doe");
        EXPECT_THAT(property(one, "hs_call_body"), StartsWith("<p><strong>Caller"));
    }
    EXPECT_EQ(of_call, (std::map<std::string, int>{{"c_1", 1}, {"c_2", 1}, {"c_3", 1}}));
    EXPECT_THAT(town.portal.calls(), SizeIs(4));
}

INSTANTIATE_TEST_SUITE_P(CallsObjectAndV1, Replaced, testing::Bool());

// ---- missed calls

TEST_F(Field, ATaskIsCompletedWhenItsCallTurnsOutAnswered) {
    auto record = call("c_1", "+17035550000");
    record.erase("summary");
    record["durationSeconds"] = 0;
    publish(record);
    ProcessOptions options;
    options.follow_up_missed = true;
    Process process{town, options};
    process.sync();
    ASSERT_THAT(town.portal.tasks(), SizeIs(1));
    EXPECT_EQ(property(town.portal.tasks().front(), "hs_task_status"), "NOT_STARTED");
    record["durationSeconds"] = 90;
    record["summary"] = "Wants a visit.";
    publish(record);
    EXPECT_EQ(process.sync().count(CallResult::replaced), 1);
    ASSERT_THAT(town.portal.tasks(), SizeIs(1));
    EXPECT_EQ(property(town.portal.tasks().front(), "hs_task_status"), "COMPLETED");
    EXPECT_EQ(property(activity("c_1"), "hs_call_status"), "COMPLETED");
}

TEST_F(Field, ACallInProgressIsNotTakenForAMissedOne) {
    auto record = call("c_1", "+17035550000", 1min);
    record.erase("summary");
    record["durationSeconds"] = 0;
    record["status"] = "In-Progress";
    publish(record);
    ProcessOptions options;
    options.follow_up_missed = true;
    Process process{town, options};
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    EXPECT_THAT(town.portal.tasks(), IsEmpty());
    EXPECT_EQ(property(activity("c_1"), "hs_call_status"), "IN_PROGRESS");
    record["status"] = "missed";
    publish(record);
    process.sync();
    EXPECT_EQ(property(activity("c_1"), "hs_call_status"), "NO_ANSWER");
    EXPECT_THAT(town.portal.tasks(), SizeIs(1));
}

// ---- runs that stop

TEST_F(Field, EveryCallThatAStoppedRunDidNotReachSaysWhy) {
    for (int i = 0; i < 5; ++i) {
        publish(call("c_" + std::to_string(i), "+1703555000" + std::to_string(i)));
    }
    refuse = [](const HttpRequest& request) {
        const bool is_write = request.url.ends_with("/contacts/batch/create");
        return is_write ? std::optional<HttpResponse>{{.status = 401, .headers = {}, .body = "{}"}}
                        : std::nullopt;
    };
    Process process{town};
    EXPECT_EQ(process.sync().ending, bridge::Ending::credentials_refused);
    for (const auto& entry : town.world.run(process.ledger().list({.limit = 10})).entries) {
        EXPECT_THAT(entry.reason, HasSubstr("HubSpot refused HUBSPOT_TOKEN")) << entry.call.id.text;
    }
    refuse = {};
    EXPECT_EQ(process.sync().count(CallResult::synced), 5);
    for (const auto& entry : town.world.run(process.ledger().list({.limit = 10})).entries) {
        EXPECT_THAT(entry.reason, IsEmpty());
    }
}

TEST_F(Field, ARunThatReachesNothingGivesUpWithinHalfAMinute) {
    publish(call("c_1", "+17035550000"));
    bool reachable = false;
    town.network.set_faults([&](const HttpRequest& request) {
        if (reachable || !request.url.starts_with(hubspot_origin)) return sim::Fault::none();
        return sim::Fault{.leaves = false, .arrives = false};
    });
    Process process{town};
    const auto began = town.world.now();
    EXPECT_EQ(process.sync().ending, bridge::Ending::out_of_reach);
    EXPECT_LE(town.world.now() - began, 30s);
    reachable = true;
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
}

// ---- what the platform says of a call

receptionist::Rule words(const std::string& path, std::vector<std::string> are) {
    return {{{.source = {.paths = {*receptionist::parse_json_path(path)}, .constant = {}},
              .words = std::move(are)}}};
}

TEST_F(Field, AnOutboundCallIsWrittenAsOneAndNobodyIsAskedToCallBack) {
    ProcessOptions options{.follow_up_missed = true};
    options.change_profile = [](receptionist::Profile& profile) {
        profile.mapping.outbound = words("$.direction", {"outbound"});
        profile.mapping.from_phone = profile.mapping.texts[0];
        profile.mapping.to_phone = profile.mapping.texts[1];
    };
    auto outbound = call("c_1", "+17035559999");
    outbound["agentPhone"] = "+15718308515";
    outbound["direction"] = "outbound";
    outbound["status"] = "no-answer";
    publish(outbound);
    Process process{town, options};
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    EXPECT_EQ(property(activity("c_1"), "hs_call_direction"), "OUTBOUND");
    EXPECT_EQ(property(activity("c_1"), "hs_call_from_number"), "+17035559999");
    EXPECT_EQ(property(activity("c_1"), "hs_call_to_number"), "+15718308515");
    EXPECT_EQ(property(activity("c_1"), "hs_call_status"), "NO_ANSWER");
    ASSERT_THAT(town.portal.contacts(), SizeIs(1));
    EXPECT_EQ(property(town.portal.contacts().front(), "phone"), "+15718308515");
    EXPECT_THAT(town.portal.tasks(), IsEmpty());
}

TEST_F(Field, WhatThePlatformCallsSpamIsDismissedWithThatReason) {
    ProcessOptions options;
    options.change_profile = [](receptionist::Profile& profile) {
        profile.mapping.spam = words("$.spam", {"true"});
    };
    auto spam = call("c_1", "+15718308515");
    spam["spam"] = true;
    publish(spam);
    publish(call("c_2", "+15718308516"));
    Process process{town, options};
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    const auto entry = town.world.run(process.ledger().find("c_1"));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->stage, ledger::Stage::dismissed);
    EXPECT_THAT(entry->reason, HasSubstr("spam"));
    EXPECT_THAT(town.portal.contacts(), SizeIs(1));
    // A mark that comes later takes nothing away from HubSpot.
    auto marked = call("c_2", "+15718308516");
    marked["spam"] = true;
    town.site.publish(marked.dump());
    EXPECT_EQ(process.sync().unfinished(), 0);
    EXPECT_THAT(town.portal.calls(), SizeIs(1));
}

// A site whose list has no transcript, and no number either.
class Details : public Field {
  protected:
    Details() {
        options.change_profile = [](receptionist::Profile& profile) {
            profile.calls.detail =
                receptionist::Detail{.request = {.method = "GET", .path = "/v0/calls/${record.id}"},
                                     .record = *receptionist::parse_json_path("$.call")};
        };
        town.network.set_faults([this](const HttpRequest& request) {
            const auto at = request.url.find("/v0/calls/");
            if (at == std::string::npos) return sim::Fault::none();
            const auto id = request.url.substr(at + 10);
            ++asked[id];
            if (id == failing)
                return sim::Fault{
                    .arrives = false,
                    .instead = HttpResponse{.status = 500, .headers = {}, .body = {}}};
            const json detail{{"id", id},
                              {"summary", nullptr},
                              {number_field, "+157183085" + id.substr(2)},
                              {"transcript", "caller: hello from " + id}};
            return sim::Fault{.arrives = false,
                              .instead = HttpResponse{200, {}, json{{"call", detail}}.dump()}};
        });
    }
    void list(const std::string& id, const std::string& summary = "Wants a visit.") {
        auto record = call(id, "");
        record["summary"] = summary;
        publish(record);
    }

    ProcessOptions options;
    std::map<std::string, int> asked;
    std::string failing, number_field = "customerPhone";
};

TEST_F(Details, AreAskedForOnceAndAgainIfTheListedRecordChanged) {
    list("c_10");
    list("c_11");
    Process process{town, options};
    EXPECT_EQ(process.sync().count(CallResult::synced), 2);
    EXPECT_THAT(property(activity("c_10"), "hs_call_body"),
                AllOf(HasSubstr("hello from c_10"), HasSubstr("Wants a visit.")));
    EXPECT_EQ(property(activity("c_10"), "hs_call_from_number"), "+15718308510");
    for (int i = 0; i < 3; ++i) process.sync();
    EXPECT_EQ(asked["c_10"], 1);
    list("c_10", "Wants two visits.");
    process.sync();
    process.sync();
    EXPECT_EQ(asked["c_10"], 2);
    EXPECT_EQ(asked["c_11"], 1);
    EXPECT_THAT(property(activity("c_10"), "hs_call_body"), HasSubstr("Wants two visits."));
}

// Clocks differ by seconds: a call may be dated after it is listed.
TEST_F(Details, OfACallThatIsDatedInTheFutureAreAskedForOnceToo) {
    publish(call("c_10", "+15718308510", -20s));
    Process process{town, options};
    bridge::Order order;
    order.since = town.world.now() - 1h;
    order.until = town.world.now() + 1h;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(process.sync(order).fetched, 1);
        town.world.run(town.world.sleep(1min));
    }
    EXPECT_EQ(asked["c_10"], 1);
}

TEST_F(Details, ThatFailForOneCallKeepNoOtherWaitingAndAreReadLater) {
    list("c_10");
    list("c_11");
    failing = "c_10";
    Process process{town, options};
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    EXPECT_THAT(property(activity("c_11"), "hs_call_body"), HasSubstr("hello from c_11"));
    failing.clear();
    EXPECT_EQ(process.sync().unfinished(), 0);
    EXPECT_THAT(property(activity("c_10"), "hs_call_body"), HasSubstr("hello from c_10"));
    // A detail that fails later takes nothing away.
    failing = "c_11";
    list("c_11", "Wants two visits.");
    process.sync();
    EXPECT_THAT(property(activity("c_11"), "hs_call_body"), HasSubstr("hello from c_11"));
    failing.clear();
    process.sync();
    EXPECT_THAT(property(activity("c_11"), "hs_call_body"), HasSubstr("Wants two visits."));
}

TEST_F(Details, ThatCannotBeReadMakeANewCallWaitAndAreAReasonInHealthUntilTheyAre) {
    publish(call("c_10", "+15718308510", 1min));
    failing = "c_10";
    Process process{town, options};
    const auto reasons = [&] { return process.service().errors(); };
    process.sync();
    EXPECT_THAT(town.portal.calls(), IsEmpty()) << "not thin at once";
    const auto waiting = town.world.run(process.ledger().find("c_10"));
    ASSERT_TRUE(waiting);
    EXPECT_THAT(waiting->reason, HasSubstr("its detail could not be read"));
    EXPECT_TRUE(waiting->not_before);
    EXPECT_THAT(reasons(), testing::Contains(HasSubstr("the detail of call c_10")));
    for (int i = 0; i < 5; ++i) {
        town.world.run(town.world.sleep(10min));
        process.sync();
    }
    EXPECT_THAT(property(activity("c_10"), "hs_call_body"),
                AllOf(HasSubstr("Wants a visit."), Not(HasSubstr("hello from"))));
    EXPECT_THAT(reasons(), testing::Contains(HasSubstr("the detail of call c_10")))
        << "and not in silence";
    failing.clear();
    process.sync();
    EXPECT_THAT(property(activity("c_10"), "hs_call_body"), HasSubstr("hello from c_10"));
    EXPECT_THAT(reasons(), Not(testing::Contains(HasSubstr("the detail of"))));
}

TEST_F(Details, AreKeptWithACallThatHasNoNumberUntilTheProfileFindsIt) {
    list("c_10");
    number_field = "from";
    {
        Process process{town, options};
        for (int i = 0; i < 3; ++i) process.sync();
        EXPECT_EQ(asked["c_10"], 1);
        EXPECT_THAT(town.portal.calls(), IsEmpty());
    }
    town.site.take_away("c_10");
    options.change_profile = [before = options.change_profile](receptionist::Profile& profile) {
        before(profile);
        profile.mapping.texts.front()->paths = {*receptionist::parse_json_path("$.from")};
        profile.text_hash = "corrected";
    };
    Process process{town, options};
    process.sync();
    EXPECT_EQ(property(activity("c_10"), "hs_call_from_number"), "+15718308510");
    EXPECT_THAT(property(activity("c_10"), "hs_call_body"), HasSubstr("hello from c_10"));
}

TEST_F(Details, AreReadForADryRunToo) {
    list("c_10");
    Process process{town, options};
    bridge::Order order;
    order.dry_run = true;
    EXPECT_EQ(process.sync(order).count(CallResult::parked), 0);
    EXPECT_EQ(asked["c_10"], 1);
}

// ---- one bad value

TEST_F(Field, OneBadEmailAmongAHundredStampsCostsFewRequests) {
    ProcessOptions options;
    options.form_properties = {{.question = "Your e-mail?", .property = "email"}};
    for (int i = 0; i < 100; ++i) {
        const auto number = "+170355500" + std::to_string(i / 10) + std::to_string(i % 10);
        add_contact({{"phone", number}, {"firstname", "A"}, {"lastname", "B"}});
        auto record = call("c_" + std::to_string(i), number);
        const auto address = i == 41 ? std::string{"jane at example dot com"}
                                     : "jane" + std::to_string(i) + "@example.com";
        record["formResponses"] =
            json::array({{{"question", "Your e-mail?"}, {"answer", address}}});
        publish(record);
    }
    Process process{town, options};
    const auto began = town.world.now();
    EXPECT_EQ(process.sync().count(CallResult::synced), 100);
    EXPECT_LE(town.world.now() - began, 10s);
    EXPECT_LE(requests, 25);
}

}  // namespace
}  // namespace ringbridge::tests
