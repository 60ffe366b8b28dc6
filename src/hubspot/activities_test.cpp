// Both protocols for Call activities: request encoding and response decoding.
#include "core/stop.hpp"
#include "hubspot/account.hpp"
#include "hubspot/calls_object.hpp"
#include "hubspot/engagements_v1.hpp"
#include "hubspot/properties.hpp"
#include "hubspot/tasks.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::hubspot {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

Activity activity() {
    return {.call_id = "c_1",
            .at = *parse_utc("2026-04-12T15:04:05Z"),
            .duration = 93s,
            .title = "GoodCall: Jane Doe",
            .body = "<p>…</p>GoodCall ID: c_1",
            .from = "+15718308515",
            .to = "+17035550100",
            .recording_url = "https://r.test/1.mp3"};
}

Activity bare_activity() {
    return {.call_id = "c_1", .at = *parse_utc("2026-04-12T15:04:05Z"), .body = "GoodCall ID: c_1"};
}

TEST(CallProperties, AreThoseOfTheCallsObject) {
    EXPECT_EQ(call_properties(activity()),
              (Properties{{"hs_timestamp", "2026-04-12T15:04:05.000Z"},
                          {"hs_call_title", "GoodCall: Jane Doe"},
                          {"hs_call_body", "<p>…</p>GoodCall ID: c_1"},
                          {"hs_call_status", "COMPLETED"},
                          {"hs_call_direction", "INBOUND"},
                          {"hs_call_duration", "93000"},
                          {"hs_call_from_number", "+15718308515"},
                          {"hs_call_to_number", "+17035550100"},
                          {"hs_call_recording_url", "https://r.test/1.mp3"}}));
}

TEST(CallProperties, SayWhoCalled) {
    auto outbound = activity();
    outbound.outbound = true;
    EXPECT_EQ(call_properties(outbound).at("hs_call_direction"), "OUTBOUND");
}

TEST(CallProperties, OmitUnknownFields) {
    const auto properties = call_properties(bare_activity());
    for (const auto* name : {"hs_call_duration", "hs_call_from_number", "hs_call_to_number",
                             "hs_call_recording_url"}) {
        EXPECT_FALSE(properties.contains(name)) << name;
    }
}

TEST(CallProperties, IncludeTheOwnerIfSet) {
    auto owned = activity();
    owned.owner_id = "42";
    EXPECT_EQ(call_properties(owned).at("hubspot_owner_id"), "42");
    EXPECT_FALSE(call_properties(activity()).contains("hubspot_owner_id"));
    EXPECT_EQ(json::parse(encode_engagement({owned, "501"})).at("engagement").at("ownerId"), 42);
    EXPECT_EQ(json::parse(encode_engagement_patch(owned)).at("engagement").at("ownerId"), 42);
}

TEST(CallProperties, OfAMissedCallHaveStatusNoAnswer) {
    auto missed = activity();
    missed.missed = true;
    EXPECT_EQ(call_properties(missed).at("hs_call_status"), "NO_ANSWER");
    EXPECT_EQ(json::parse(encode_engagement({missed, "501"})).at("metadata").at("status"),
              "NO_ANSWER");
}

TEST(TaskProperties, AreThoseOfTheTasksObject) {
    FollowUp follow_up{.call_id = "c_1",
                       .due = *parse_utc("2026-04-12T15:04:05Z"),
                       .subject = "Call back Jane Doe",
                       .body = "GoodCall ID: c_1"};
    Properties expected{{"hs_timestamp", "2026-04-12T15:04:05.000Z"},
                        {"hs_task_subject", "Call back Jane Doe"},
                        {"hs_task_body", "GoodCall ID: c_1"},
                        {"hs_task_status", "NOT_STARTED"},
                        {"hs_task_type", "CALL"}};
    EXPECT_EQ(task_properties(follow_up), expected);
    follow_up.owner_id = expected["hubspot_owner_id"] = "42";
    EXPECT_EQ(task_properties(follow_up), expected);
    const auto body = json::parse(encode_batch_create({{expected, "501", task_to_contact}}));
    const auto& association = body.at("inputs").at(0).at("associations").at(0);
    EXPECT_EQ(association.at("to").at("id"), "501");
    EXPECT_EQ(association.at("types").at(0).at("associationTypeId"), 204);
}

TEST(CallProperties, OfAnUpdateClearARemovedRecording) {
    EXPECT_EQ(call_patch(bare_activity()).at("hs_call_recording_url"), "");
    EXPECT_EQ(call_patch(activity()).at("hs_call_recording_url"), "https://r.test/1.mp3");
    const auto body = json::parse(encode_engagement_patch(bare_activity()));
    EXPECT_EQ(body.at("metadata").at("recordingUrl"), "");
}

TEST(Engagement, HasIntegerIdsAndMilliseconds) {
    const auto body = json::parse(encode_engagement({activity(), "501"}));
    EXPECT_EQ(body, json::parse(R"({
        "engagement":{"active":true,"type":"CALL","timestamp":1776006245000},
        "associations":{"contactIds":[501]},
        "metadata":{"title":"GoodCall: Jane Doe","body":"<p>…</p>GoodCall ID: c_1",
                    "status":"COMPLETED","durationMilliseconds":93000,
                    "fromNumber":"+15718308515","toNumber":"+17035550100",
                    "recordingUrl":"https://r.test/1.mp3"}})"));
    EXPECT_TRUE(body.at("associations").at("contactIds").at(0).is_number_integer());
}

TEST(Engagement, APatchNamesNoAssociations) {
    const auto body = json::parse(encode_engagement_patch(activity()));
    EXPECT_FALSE(body.contains("associations"));
    EXPECT_EQ(body.at("engagement"), json::parse(R"({"timestamp":1776006245000})"));
    EXPECT_EQ(body.at("metadata").at("title"), "GoodCall: Jane Doe");
}

TEST(Engagement, IsConfirmedByItsIdAlone) {
    EXPECT_EQ(decode_engagement_id(R"({"engagement":{"id":29090716,"type":"CALL"}})"), "29090716");
    EXPECT_EQ(decode_engagement_id(R"({"engagement":{"id":"29090716"}})"), "29090716");
    for (const auto* body : {"", "{}", "<html>", R"({"engagement":7})", R"({"engagement":{}})",
                             R"({"engagement":{"id":null}})"}) {
        EXPECT_EQ(decode_engagement_id(body), "") << body;
    }
}

TEST(EngagementPage, HoldsTheMarkedEngagementsAndTheNextOffset) {
    const auto page = decode_engagement_page(
        R"({"results":[
              {"engagement":{"id":1},"metadata":{"body":"GoodCall ID: c_1"}},
              {"engagement":{"id":2},"metadata":{"body":"a person's note"}},
              {"engagement":{"id":3},"metadata":{}},
              {"engagement":{"id":4}},
              {"metadata":{"body":"GoodCall ID: c_5"}},
              {"engagement":{"id":6},"metadata":{"body":"x<br>GoodCall ID: c_6"}}, null],
            "hasMore":true,"offset":7})",
        "GoodCall");
    ASSERT_THAT(page.marked, SizeIs(2));
    EXPECT_EQ(page.marked[0].call_id, "c_1");
    EXPECT_EQ(page.marked[0].id, "1");
    EXPECT_EQ(page.marked[1].id, "6");
    EXPECT_EQ(page.next_offset, "7");
}

TEST(EngagementPage, IsTheLastUnlessHasMoreIsTrue) {
    for (const auto* body :
         {R"({"results":[],"hasMore":false,"offset":7})", R"({"results":[]})",
          R"({"results":[],"hasMore":null,"offset":7})",
          R"({"results":[],"hasMore":"yes","offset":7})", R"({"results":[],"hasMore":true})"}) {
        EXPECT_EQ(decode_engagement_page(body, "GoodCall").next_offset, "") << body;
    }
    EXPECT_THROW(decode_engagement_page("<html>", "GoodCall"), OutOfReach);
}

TEST(AssociationRead, SendsEachContactsCursor) {
    const auto body = json::parse(encode_association_read({{"1", ""}, {"2", "500"}}));
    EXPECT_EQ(body, json::parse(R"({"inputs":[{"id":"1"},{"id":"2","after":"500"}]})"));
}

TEST(AssociationRead, CollectsCallsAndNextPagesByContact) {
    const auto read = decode_association_read(
        R"({"results":[
              {"from":{"id":"1"},"to":[{"toObjectId":11},{"toObjectId":"12"},{},null]},
              {"from":{"id":"2"},"to":[{"toObjectId":11}],
               "paging":{"next":{"after":"500"}}}, 7, {"from":7,"to":7,"paging":7}]})");
    EXPECT_THAT(read.ids, ElementsAre(Pair(ContactId{"1"}, ElementsAre("11", "12")),
                                      Pair(ContactId{"2"}, ElementsAre("11"))));
    EXPECT_THAT(read.next_pages, ElementsAre(Pair(ContactId{"2"}, "500")));
    EXPECT_THAT(decode_association_read(R"({"results":[]})").ids, IsEmpty());
    EXPECT_THROW(decode_association_read("<html>"), OutOfReach);
}

TEST(EmbeddedRecords, AreThoseOfTheRequestedType) {
    const auto* body = R"({"id":"1","associations":{
        "calls":{"results":[{"id":"11"},{"id":12},{},null]},"tasks":{"results":[{"id":"21"}]}}})";
    EXPECT_THAT(decode_embedded(body, "calls"), ElementsAre("11", "12"));
    EXPECT_THAT(decode_embedded(body, "tasks"), ElementsAre("21"));
    EXPECT_THAT(decode_embedded(R"({"id":"1"})", "tasks"), IsEmpty());
}

TEST(PortalId, IsReadAsAString) {
    EXPECT_EQ(decode_account(R"({"portalId":12345678,"accountType":"STANDARD"})").portal_id,
              "12345678");
    EXPECT_EQ(decode_account(R"({"portalId":12345678,"accountType":"STANDARD"})").account_type,
              "STANDARD");
    EXPECT_EQ(decode_account(R"({"portalId":"12345678"})").portal_id, "12345678");
    EXPECT_EQ(decode_account("{}").portal_id, "");
    EXPECT_THROW(decode_account("<html>"), OutOfReach);
}

TEST(Capability, SurvivesARestartUnlessUnreadable) {
    for (const auto& version : api_versions) {
        for (const auto& api : activity_apis) {
            const Capability capability{version.value, api.value, "because"};
            EXPECT_EQ(decode_capability(encode_capability(capability)), capability);
        }
    }
    for (const auto* text : {"", "{}", "[]", R"({"version":"2019-01","activities":"calls"})",
                             R"({"version":"v3","activities":"letters"})"}) {
        EXPECT_FALSE(decode_capability(text)) << text;
    }
}

TEST(PropertyTypes, AreReadByName) {
    const auto known = decode_properties(
        R"({"results":[{"name":"phone","type":"string"},
                       {"name":"createdate","type":"datetime",
                        "modificationMetadata":{"readOnlyValue":true}},null]})");
    ASSERT_EQ(known.size(), 2);
    EXPECT_EQ(known.at("phone").type, "string");
    EXPECT_FALSE(known.at("phone").read_only);
    EXPECT_TRUE(known.at("createdate").read_only);
    EXPECT_THROW(decode_properties("<html>"), OutOfReach);
}

TEST(PropertyCodec, NamesGroupTypeAndField) {
    EXPECT_EQ(json::parse(encode_property("goodcall", {"goodcall_call_count", "GoodCall call count",
                                                       "number", "number", "How many."})),
              json::parse(R"({"name":"goodcall_call_count","label":"GoodCall call count",
                              "type":"number","fieldType":"number","groupName":"goodcall",
                              "description":"How many."})"));
    EXPECT_EQ(json::parse(encode_group("goodcall", "GoodCall")).at("name"), "goodcall");
}

TEST(ApiPaths, FollowTheApiVersion) {
    EXPECT_EQ(objects_path(ApiVersion::v2026_09, "contacts"), "/crm/objects/2026-09/contacts");
    EXPECT_EQ(objects_path(ApiVersion::v3, "calls"), "/crm/v3/objects/calls");
    EXPECT_EQ(associations_path(ApiVersion::v3, "contacts", "calls"),
              "/crm/v4/associations/contacts/calls/batch/read");
    EXPECT_EQ(associations_path(ApiVersion::v2026_03, "contacts", "calls"),
              "/crm/associations/2026-03/contacts/calls/batch/read");
    EXPECT_EQ(properties_path(ApiVersion::v3, "contacts"), "/crm/v3/properties/contacts");
    EXPECT_EQ(account_path(ApiVersion::v2026_09), "/account-info/2026-09/details");
    EXPECT_EQ(route_of("/crm/objects/2026-09/contacts/901?properties=phone"),
              "/crm/objects/2026-09/contacts/{id}");
    EXPECT_EQ(route_of("/engagements/v1/engagements/associated/CONTACT/7/paged?limit=100"),
              "/engagements/v1/engagements/associated/CONTACT/{id}/paged");
}

}  // namespace
}  // namespace ringbridge::hubspot
