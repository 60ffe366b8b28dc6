// Associations between calls and contacts, in each version's notation.
#include "sim/hubspot/kit_test.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Associations : public PortalTest {
  protected:
    void SetUp() override {
        person_ = contact(R"({"phone":"1"})");
        const auto reply = post("/crm/v3/objects/calls", R"({"properties":{"hs_timestamp":"1"}})");
        call_ = reply.json()["id"];
    }
    std::vector<std::string> linked() { return portal_.calls()[0].contact_ids; }

    std::string person_;
    std::string call_;
};

constexpr auto good_type = R"([{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":194}])";

TEST_F(Associations, each_notation_creates_and_removes_the_same_association) {
    for (const auto& objects : {std::string{"/crm/v4/objects"}, std::string{"/crm/objects/2026-03"},
                                std::string{"/crm/objects/2026-09"}}) {
        const auto from = objects + "/calls/" + call_ + "/associations/";
        EXPECT_EQ(ask("PUT", from + "contacts/" + person_, good_type).status, 201);
        EXPECT_THAT(linked(), ElementsAre(person_));
        const auto list = get(from + "contacts").json();
        EXPECT_EQ(list["results"][0]["toObjectId"], person_);
        EXPECT_EQ(list["results"][0]["associationTypes"][0]["typeId"], 194);
        EXPECT_EQ(ask("DELETE", from + "contacts/" + person_).status, 204);
        EXPECT_THAT(linked(), IsEmpty());
        EXPECT_EQ(ask("PUT", from + "default/contact/" + person_).status, 200);
        EXPECT_THAT(linked(), ElementsAre(person_));
        ask("DELETE", from + "contacts/" + person_);
    }
}

TEST_F(Associations, the_v3_form_names_the_type_in_the_path) {
    const auto path = "/crm/v3/objects/calls/" + call_ + "/associations/contacts/" + person_;
    EXPECT_EQ(ask("PUT", path + "/193").status, 400);
    const auto reply = ask("PUT", path + "/194");
    EXPECT_EQ(reply.json()["associations"]["contacts"]["results"][0]["id"], person_);
    EXPECT_EQ(get("/crm/v3/objects/contacts/" + person_ + "/associations/calls")
                  .json()["results"][0]["type"],
              "contact_to_call");
    EXPECT_EQ(ask("DELETE", path + "/194").status, 204);
    EXPECT_THAT(linked(), IsEmpty());
}

TEST_F(Associations, a_labelled_one_needs_a_body_of_the_right_type) {
    const auto path = "/crm/objects/2026-09/calls/" + call_ + "/associations/contacts/" + person_;
    EXPECT_EQ(ask("PUT", path).status, 400);
    EXPECT_EQ(ask("PUT", path, "[]").status, 400);
    EXPECT_EQ(
        ask("PUT", path, R"([{"associationCategory":"USER_DEFINED","associationTypeId":194}])")
            .status,
        400);
    EXPECT_EQ(ask("PUT", "/crm/objects/2026-09/calls/5/associations/contacts/" + person_, good_type)
                  .status,
              404);
    EXPECT_EQ(ask("PUT", "/crm/v4/objects/calls/" + call_ + "/associations/default/deals/1").status,
              400);
}

TEST_F(Associations, many_are_created_read_and_removed_in_a_batch) {
    const auto pair = R"({"from":{"id":")" + call_ + R"("},"to":{"id":")" + person_ + R"("})";
    const auto made = post("/crm/associations/2026-03/calls/contacts/batch/create",
                           R"({"inputs":[)" + pair + R"(,"types":)" + good_type + "}]}");
    EXPECT_EQ(made.status, 201) << made.text;
    EXPECT_THAT(linked(), ElementsAre(person_));

    const auto read = post("/crm/v4/associations/contacts/calls/batch/read",
                           R"({"inputs":[{"id":")" + person_ + R"("},{"id":"5"}]})");
    EXPECT_EQ(read.status, 207);
    EXPECT_EQ(read.json()["results"][0]["to"][0]["toObjectId"], call_);
    EXPECT_EQ(read.json()["errors"][0]["message"], "No call is associated with contact 5.");

    const auto undone = post(
        "/crm/associations/2026-09/calls/contacts/batch/archive",
        R"({"inputs":[{"from":{"id":")" + call_ + R"("},"to":[{"id":")" + person_ + R"("}]}]})");
    EXPECT_EQ(undone.status, 200) << undone.text;
    EXPECT_THAT(linked(), IsEmpty());

    const auto plain = post("/crm/v4/associations/calls/contacts/batch/associate/default",
                            R"({"inputs":[)" + pair + "}]}");
    EXPECT_EQ(plain.json()["results"].size(), 2U);
    EXPECT_THAT(linked(), ElementsAre(person_));
}

TEST_F(Associations, a_batch_reports_the_pairs_that_are_missing) {
    const auto reply = post("/crm/v4/associations/calls/contacts/batch/create",
                            R"({"inputs":[{"from":{"id":"5"},"to":{"id":"6"},"types":)" +
                                std::string{good_type} + "}]}");
    EXPECT_EQ(reply.status, 207);
    EXPECT_EQ(reply.json()["numErrors"], 1);
}

}  // namespace
}  // namespace ringbridge::sim
