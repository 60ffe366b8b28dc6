// Batches: order, all-or-nothing, row by row, and the rules about ids.
#include "sim/hubspot/kit_test.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

using ::testing::HasSubstr;
constexpr auto calls = "/crm/objects/2026-09/calls/batch/";
constexpr auto contacts = "/crm/v3/objects/contacts/batch/";

class Batches : public PortalTest {
  protected:
    Reply batch(const std::string& path, const std::string& name, const std::string& body) {
        return post(path + name, body);
    }
    // A property `ring_id` of unique values.
    void make_unique_property(const std::string& object) {
        const auto path = "/crm/v3/properties/" + object;
        post(path + "/groups", R"({"name":"ring","label":"Ring"})");
        const auto reply = post(path, R"({"name":"ring_id","label":"Ring","type":"string",
            "fieldType":"text","groupName":"ring","hasUniqueValue":true})");
        ASSERT_EQ(reply.status, 201) << reply.text;
    }
};

TEST_F(Batches, results_come_in_any_order_and_carry_their_trace) {
    const auto reply =
        batch(calls, "create",
              inputs(20, R"({"objectWriteTraceId":"t#",)"
                         R"("properties":{"hs_timestamp":"1","hs_call_title":"t#"}})"));
    ASSERT_EQ(reply.status, 201) << reply.text;
    std::vector<std::string> traces;
    for (const auto& row : reply.json()["results"]) {
        EXPECT_EQ(row["objectWriteTraceId"], row["properties"]["hs_call_title"]);
        traces.push_back(row["objectWriteTraceId"]);
    }
    EXPECT_EQ(traces.size(), 20U);
    EXPECT_FALSE(traces[0] == "t0" && traces[1] == "t1" && traces[2] == "t2");
}

TEST_F(Batches, one_bad_row_without_traces_rolls_back_all) {
    const auto person = contact(R"({"phone":"1"})");
    const auto good =
        R"({"properties":{"hs_timestamp":"1"},"associations":[{"to":{"id":")" + person +
        R"("},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":194}]}]})";
    const auto reply = batch(calls, "create", R"({"inputs":[)" + good + R"(,{"properties":{}}]})");
    EXPECT_EQ(reply.status, 400);
    EXPECT_TRUE(portal_.calls().empty());
    const auto read = get("/crm/v3/objects/contacts/" + person + "?associations=calls").json();
    EXPECT_FALSE(read.contains("associations"));
}

TEST_F(Batches, with_its_own_trace_each_row_is_independent) {
    const auto reply = batch(calls, "create",
                             R"({"inputs":[{"objectWriteTraceId":"a","properties":{}},
                 {"objectWriteTraceId":"b","properties":{"hs_timestamp":"1"}}]})");
    EXPECT_EQ(reply.status, 207);
    EXPECT_EQ(reply.json()["numErrors"], 1);
    EXPECT_EQ(reply.json()["errors"][0]["context"]["objectWriteTraceId"][0], "a");
    EXPECT_EQ(reply.json()["results"][0]["objectWriteTraceId"], "b");
}

TEST_F(Batches, a_trace_used_twice_does_not_count) {
    const auto reply = batch(calls, "create",
                             R"({"inputs":[{"objectWriteTraceId":"a","properties":{}},
                 {"objectWriteTraceId":"a","properties":{"hs_timestamp":"1"}}]})");
    EXPECT_EQ(reply.status, 400);
    EXPECT_TRUE(portal_.calls().empty());
}

TEST_F(Batches, a_hundred_inputs_and_no_more) {
    const auto* row = R"({"properties":{"hs_timestamp":"1"}})";
    EXPECT_EQ(batch(calls, "create", inputs(101, row)).status, 400);
    EXPECT_EQ(batch(calls, "create", inputs(0, row)).status, 400);
    EXPECT_EQ(batch(calls, "create", inputs(100, row)).status, 201);
}

TEST_F(Batches, the_same_id_twice_is_refused) {
    const auto reply = batch(contacts, "update", inputs(2, R"({"id":"5","properties":{}})"));
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.json()["message"],
              "Duplicate IDs found in batch input: [5]. IDs must be unique");
    EXPECT_EQ(reply.json()["context"]["ids"][0], "5");
}

TEST_F(Batches, reading_reports_what_is_missing_beside_what_exists) {
    const auto id = contact(R"({"phone":"1"})");
    const auto reply =
        batch(contacts, "read",
              R"({"properties":["phone"],"propertiesWithHistory":[],"inputs":[{"id":")" + id +
                  R"("},{"id":"5"}]})");
    EXPECT_EQ(reply.status, 207);
    EXPECT_EQ(reply.json()["results"][0]["properties"]["phone"], "1");
    EXPECT_EQ(reply.json()["errors"][0]["context"]["ids"][0], "5");
}

TEST_F(Batches, an_update_that_fails_half_way_is_rolled_back) {
    const auto one = contact(R"({"city":"Reston"})");
    const auto two = contact(R"({"city":"Reston"})");
    const auto reply =
        batch(contacts, "update",
              R"({"inputs":[{"id":")" + one + R"(","properties":{"city":"Vienna"}},{"id":")" + two +
                  R"(","properties":{"nope":"x"}}]})");
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(portal_.contacts()[0].properties.at("city"), "Reston");
}

TEST_F(Batches, archiving_ignores_what_is_gone) {
    const auto id = contact(R"({"phone":"1"})");
    EXPECT_EQ(
        batch(contacts, "archive", R"({"inputs":[{"id":")" + id + R"("},{"id":"5"}]})").status,
        204);
    EXPECT_TRUE(portal_.contacts().empty());
}

TEST_F(Batches, upsert_creates_then_updates_by_a_unique_property) {
    make_unique_property("calls");
    const auto* row = R"({"id":"c_#","idProperty":"ring_id",
                          "properties":{"hs_timestamp":"1","hs_call_title":"x"}})";
    const auto first = batch(calls, "upsert", inputs(2, row));
    ASSERT_EQ(first.status, 200) << first.text;
    EXPECT_EQ(first.json()["results"][0]["new"], true);
    const auto second = batch(calls, "upsert", inputs(2, row));
    EXPECT_EQ(second.json()["results"][0]["new"], false);
    EXPECT_EQ(portal_.calls().size(), 2U);
}

TEST_F(Batches, upsert_by_a_property_that_is_not_unique_is_refused) {
    const auto reply =
        batch(contacts, "upsert", inputs(1, R"({"id":"1","idProperty":"phone","properties":{}})"));
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.text, HasSubstr("non-unique 0-1 property phone"));
}

TEST_F(Batches, a_taken_unique_value_names_the_record_that_has_it) {
    make_unique_property("calls");
    const auto* body = R"({"properties":{"hs_timestamp":"1","ring_id":"c_1"}})";
    const std::string id = post("/crm/v3/objects/calls", body).json()["id"];
    const auto again = post("/crm/v3/objects/calls", body);
    EXPECT_EQ(again.status, 400);
    EXPECT_THAT(again.json()["message"],
                HasSubstr("Cannot set PropertyValueCoordinates{portalId="));
    EXPECT_THAT(again.json()["message"], HasSubstr(". " + id + " already has that value."));
    EXPECT_EQ(portal_.calls().size(), 1U);
}

TEST_F(Batches, the_same_unique_value_twice_in_one_batch_rolls_it_back) {
    make_unique_property("calls");
    const auto reply =
        batch(calls, "create", inputs(2, R"({"properties":{"hs_timestamp":"1","ring_id":"c_1"}})"));
    EXPECT_EQ(reply.status, 400);
    EXPECT_TRUE(portal_.calls().empty());
    EXPECT_EQ(
        batch(calls, "create", inputs(1, R"({"properties":{"hs_timestamp":"1","ring_id":"c_1"}})"))
            .status,
        201);
}

}  // namespace
}  // namespace ringbridge::sim
