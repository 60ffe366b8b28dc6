// Batch responses row by row: only what they confirm counts as written.
#include "hubspot/records.hpp"

#include "core/stop.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace ringbridge::hubspot {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::SizeIs;

std::string written_id(const RowOutcome& outcome) {
    const auto* written = std::get_if<Written>(&outcome);
    return written ? written->id : "";
}

bool is_unsure(const RowOutcome& outcome) { return std::holds_alternative<Unsure>(outcome); }

TEST(BatchCreate, GivesEachRowATraceIdAndAssociatesCallsToContacts) {
    const auto body = json::parse(
        encode_batch_create({{{{"hs_call_title", "One"}}, "501"}, {{{"firstname", "Two"}}, ""}}));
    const auto& call = body.at("inputs").at(0);
    const auto& contact = body.at("inputs").at(1);
    EXPECT_NE(call.at("objectWriteTraceId"), contact.at("objectWriteTraceId"));
    const auto& association = call.at("associations").at(0);
    EXPECT_EQ(association.at("to").at("id"), "501");
    EXPECT_EQ(association.at("types").at(0).at("associationTypeId"), 194);
    EXPECT_EQ(association.at("types").at(0).at("associationCategory"), "HUBSPOT_DEFINED");
    EXPECT_TRUE(contact.at("associations").empty());
}

// The trace ids come from the request; the order of the results is random.
RC_GTEST_PROP(BatchCreateProperty, ResultsInAnyOrderReachTheirRows, ()) {
    const auto rows = *rc::gen::inRange<std::size_t>(1, 100);
    const auto sent = json::parse(encode_batch_create(std::vector<NewRecord>(rows))).at("inputs");
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::shuffle(order, std::mt19937_64{*rc::gen::arbitrary<std::uint64_t>()});
    json results = json::array();
    for (const auto row : order) {
        results.push_back({{"id", "id" + std::to_string(row)},
                           {"objectWriteTraceId", sent[row].at("objectWriteTraceId")}});
    }
    const auto outcomes = decode_batch_create(json{{"results", results}}.dump(), rows);
    for (std::size_t row = 0; row < rows; ++row) {
        RC_ASSERT(written_id(outcomes[row]) == "id" + std::to_string(row));
    }
}

TEST(BatchCreate, AMultiStatusIsReadRowByRow) {
    const auto outcomes = decode_batch_create(
        R"({"status":"COMPLETE","results":[{"id":"11","objectWriteTraceId":"2"}],"numErrors":1,
            "errors":[{"status":"error","category":"VALIDATION_ERROR","message":"bad phone",
                       "context":{"objectWriteTraceId":["0"]}}]})",
        3);
    ASSERT_THAT(outcomes, SizeIs(3));
    const auto& refused = std::get<Refused>(outcomes[0]);
    EXPECT_EQ(refused.category, "VALIDATION_ERROR");
    EXPECT_EQ(refused.message, "bad phone");
    EXPECT_TRUE(refused.alone);
    EXPECT_TRUE(is_unsure(outcomes[1])) << "neither confirmed nor refused";
    EXPECT_EQ(written_id(outcomes[2]), "11");
}

TEST(BatchCreate, ABodyThatConfirmsNothingLeavesEveryRowUnsure) {
    for (const auto* body :
         {"", "null", "[]", "{", "<html>", "{}", R"({"results":null})", R"({"results":[7,null]})",
          R"({"results":[{"id":"11"}]})", R"({"results":[{"objectWriteTraceId":"0"}]})",
          R"({"results":[{"id":null,"objectWriteTraceId":"0"}]})",
          R"({"errors":[{"message":"about nobody"},{"context":null},{"context":[]}]})"}) {
        const auto outcomes = decode_batch_create(body, 2);
        ASSERT_THAT(outcomes, SizeIs(2)) << body;
        EXPECT_TRUE(is_unsure(outcomes[0])) << body;
        EXPECT_TRUE(is_unsure(outcomes[1])) << body;
    }
}

TEST(BatchUpdate, IsConfirmedUnderTheSentIdEvenIfTheRecordWasMerged) {
    const std::vector<RecordPatch> patches{{"1", {}}, {"2", {}}, {"3", {}}, {"4", {}}};
    const auto outcomes = decode_batch_update(
        R"({"results":[{"id":"99","objectWriteTraceId":"2"},{"id":"1"}],
            "errors":[{"category":"OBJECT_NOT_FOUND","message":"gone","context":{"ids":["3"]}}]})",
        patches);
    EXPECT_EQ(written_id(outcomes[0]), "1");
    EXPECT_EQ(written_id(outcomes[1]), "2");
    EXPECT_EQ(std::get<Refused>(outcomes[2]).message, "gone");
    EXPECT_TRUE(is_unsure(outcomes[3]));
}

TEST(BatchUpdate, ABodyThatConfirmsNothingLeavesEveryRowUnsure) {
    for (const auto* body : {"", "null", "{}", "<html>", R"({"results":[{}]})"}) {
        const auto outcomes = decode_batch_update(body, {{"1", {}}, {"2", {}}});
        ASSERT_THAT(outcomes, SizeIs(2)) << body;
        EXPECT_TRUE(is_unsure(outcomes[0])) << body;
    }
}

TEST(Batches, HoldAtMostAHundred) {
    std::vector<int> rest(250, 1);
    EXPECT_THAT(take_batch(rest), SizeIs(100));
    EXPECT_THAT(take_batch(rest), SizeIs(100));
    EXPECT_THAT(take_batch(rest), SizeIs(50));
    EXPECT_TRUE(rest.empty());
}

TEST(SmallerBatches, AreOfTenThenOne) {
    const auto tens = in_smaller_batches(std::vector<int>(95, 1));
    ASSERT_THAT(tens, SizeIs(10));
    EXPECT_THAT(tens.front(), SizeIs(10));
    EXPECT_THAT(tens.back(), SizeIs(5));
    EXPECT_THAT(in_smaller_batches(tens.back()),
                ElementsAre(SizeIs(1), SizeIs(1), SizeIs(1), SizeIs(1), SizeIs(1)));
    EXPECT_TRUE(in_smaller_batches(std::vector<int>{}).empty());
}

TEST(BatchUpdate, NamesTheRefusedPropertiesOfARow) {
    const auto outcomes = decode_batch_update(
        R"({"results":[],"errors":[{"category":"VALIDATION_ERROR","message":"no",
            "context":{"objectWriteTraceId":["1"]},
            "errors":[{"message":"no","code":"INVALID_DATE",
                       "context":{"propertyName":["goodcall_last_call_date"]}}]}]})",
        {{"1", {}}});
    EXPECT_THAT(std::get<Refused>(outcomes[0]).properties,
                ElementsAre(RefusedProperty{"goodcall_last_call_date", "INVALID_DATE"}));
}

TEST(SameForAll, ARefusedBatchIsNotAlone) {
    const auto batch = same_for_all(Refused{.status = 400, .alone = true}, 2);
    EXPECT_FALSE(std::get<Refused>(batch.front()).alone);
    const auto single = same_for_all(Refused{.status = 400, .alone = false}, 1);
    EXPECT_TRUE(std::get<Refused>(single.front()).alone);
    EXPECT_TRUE(is_unsure(same_for_all(Unsure{"lost"}, 2).back()));
}

TEST(Records, AreReadLeniently) {
    const auto records = decode_records(
        R"({"results":[{"id":"7","createdAt":"2026-04-12T15:04:05.000Z",
                        "properties":{"phone":"+1571","firstname":null,"goodcall_call_count":3}},
                       {"id":8},"junk"]})");
    ASSERT_THAT(records, SizeIs(2));
    EXPECT_EQ(records[0].id, "7");
    EXPECT_EQ(records[0].created, parse_utc("2026-04-12T15:04:05Z"));
    EXPECT_EQ(records[0].properties,
              (Properties{{"phone", "+1571"}, {"goodcall_call_count", "3"}}));
    EXPECT_EQ(records[1].id, "8");
}

TEST(Records, MustComeInAJsonObject) {
    for (const auto* body : {"", "[]", "<html>", "7"}) {
        EXPECT_THROW(decode_records(body), OutOfReach) << body;
    }
}

TEST(NextPage, IsEmptyOnTheLast) {
    EXPECT_EQ(decode_next_page(R"({"paging":{"next":{"after":"200"}}})"), "200");
    for (const auto* body :
         {"{}", R"({"paging":null})", R"({"paging":{"next":{}}})", R"({"paging":[]})"}) {
        EXPECT_EQ(decode_next_page(body), "") << body;
    }
}

}  // namespace
}  // namespace ringbridge::hubspot
