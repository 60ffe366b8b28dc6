// Tasks: created with a contact, read by association, separate from the calls.
#include "sim/hubspot/kit_test.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using Tasks = PortalTest;

std::string task_for(const std::string& contact_id, int type = 204) {
    return R"({"properties":{"hs_timestamp":"1775000000000","hs_task_subject":"Call back",
                             "hs_task_body":"<p>x</p>","hs_task_status":"NOT_STARTED",
                             "hs_task_type":"CALL"},
               "associations":[{"to":{"id":")" +
           contact_id + R"("},"types":[{"associationCategory":"HUBSPOT_DEFINED",
                                        "associationTypeId":)" +
           std::to_string(type) + "}]}]}";
}

TEST_F(Tasks, hang_on_a_contact_beside_its_calls) {
    const auto person = contact(R"({"phone":"1"})");
    const auto call = call_for(person);
    const auto reply = post("/crm/objects/2026-09/tasks", task_for(person));
    EXPECT_EQ(reply.status, 201) << reply.text;
    const std::string task = reply.json()["id"];
    ASSERT_THAT(portal_.tasks(), SizeIs(1));
    EXPECT_THAT(portal_.tasks()[0].contact_ids, ElementsAre(person));
    EXPECT_THAT(portal_.calls(), SizeIs(1));
    const auto read = R"({"inputs":[{"id":")" + person + R"("}]})";
    for (const auto& [type, id] : {std::pair{"tasks", task}, {"calls", call}}) {
        const auto path = std::string{"/crm/associations/2026-09/contacts/"} + type + "/batch/read";
        const auto to = post(path, read).json()["results"][0]["to"];
        ASSERT_THAT(to, SizeIs(1)) << type;
        EXPECT_EQ(to[0]["toObjectId"], id);
        const auto one = get("/crm/v3/objects/contacts/" + person + "?associations=" + type).json();
        EXPECT_EQ(one["associations"][type]["results"][0]["id"], id);
    }
    const auto v1 = get("/engagements/v1/engagements/associated/CONTACT/" + person + "/paged");
    EXPECT_THAT(v1.json()["results"], SizeIs(1));
}

TEST_F(Tasks, are_refused_with_a_wrong_association_or_without_a_time) {
    const auto person = contact(R"({"phone":"1"})");
    EXPECT_EQ(post("/crm/v3/objects/tasks", task_for(person, 194)).status, 400);
    EXPECT_EQ(post("/crm/v3/objects/tasks", R"({"properties":{"hs_task_type":"CALL"}})").status,
              400);
    EXPECT_EQ(
        post("/crm/v3/objects/tasks", R"({"properties":{"hs_timestamp":"1","hs_task_type":"FAX"}})")
            .status,
        400);
    EXPECT_THAT(portal_.tasks(), SizeIs(0));
}

TEST_F(Tasks, follow_their_contact_through_a_merge) {
    const auto person = contact(R"({"phone":"1"})");
    const auto twin = contact(R"({"phone":"1"})");
    post("/crm/v3/objects/tasks", task_for(person));
    const auto survivor = portal_.merge_contacts(twin, person, now_);
    EXPECT_THAT(portal_.tasks()[0].contact_ids, ElementsAre(survivor));
}

}  // namespace
}  // namespace ringbridge::sim
