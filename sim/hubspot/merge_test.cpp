// Merges: which id stays, whose values win, what moves along.
#include "sim/hubspot/kit_test.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

using ::testing::ElementsAre;

class Merges : public PortalTest {
  protected:
    Reply merge(const std::string& primary, const std::string& other) {
        return post(
            "/crm/objects/2026-09/contacts/merge",
            R"({"primaryObjectId":")" + primary + R"(","objectIdToMerge":")" + other + R"("})");
    }
};

TEST_F(Merges, the_result_has_a_new_id_to_which_both_old_ones_resolve) {
    const auto a = contact(R"({"phone":"1"})");
    const auto b = contact(R"({"phone":"2","city":"Reston"})");
    const auto merged = merge(a, b);
    ASSERT_EQ(merged.status, 200) << merged.text;
    const std::string c = merged.json()["id"];
    EXPECT_NE(c, a);
    EXPECT_NE(c, b);
    EXPECT_EQ(get("/crm/v3/objects/contacts/" + a).json()["id"], c);
    EXPECT_EQ(get("/crm/v3/objects/contacts/" + b).json()["id"], c);
    EXPECT_EQ(portal_.resolve(b), c);
    ASSERT_EQ(portal_.contacts().size(), 1U);
    const auto properties = portal_.contacts()[0].properties;
    EXPECT_EQ(properties.at("phone"), "1");
    EXPECT_EQ(properties.at("city"), "Reston");
    EXPECT_EQ(properties.at("hs_merged_object_ids"), a + ";" + b);
}

TEST_F(Merges, with_the_beta_the_primary_keeps_its_id) {
    portal_.options().preserve_primary_id = true;
    const auto a = contact(R"({"phone":"1"})");
    const auto b = contact(R"({"phone":"2"})");
    EXPECT_EQ(merge(a, b).json()["id"], a);
    EXPECT_EQ(portal_.resolve(b), a);
    EXPECT_EQ(portal_.contacts()[0].properties.at("hs_merged_object_ids"), b);
}

TEST_F(Merges, calls_of_both_move_to_the_result_in_either_notation) {
    const auto a = contact(R"({"phone":"1"})");
    const auto b = contact(R"({"phone":"2"})");
    const auto x = call_for(a);
    const auto y = call_for(b);
    const std::string c = merge(a, b).json()["id"];
    EXPECT_THAT(portal_.calls()[0].contact_ids, ElementsAre(c));
    EXPECT_THAT(portal_.calls()[1].contact_ids, ElementsAre(c));
    const auto paged = get("/engagements/v1/engagements/associated/CONTACT/" + b + "/paged");
    EXPECT_EQ(paged.json()["results"].size(), 2U);
    call_for(a);
    EXPECT_THAT(portal_.calls()[2].contact_ids, ElementsAre(c));
}

TEST_F(Merges, the_other_email_stays_taken) {
    const auto a = contact(R"({"email":"a@x.org"})");
    const auto b = contact(R"({"email":"b@x.org"})");
    merge(a, b);
    EXPECT_EQ(portal_.contacts()[0].properties.at("hs_additional_emails"), "b@x.org");
    const auto* taken = R"({"properties":{"email":"b@x.org"}})";
    const auto reply = post("/crm/v3/objects/contacts", taken);
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(post("/crm/v3/objects/contacts", R"({"properties":{"email":"a@x.org"}})").status,
              409);
}

TEST_F(Merges, an_id_that_was_merged_away_or_never_was_is_refused) {
    const auto a = contact(R"({"phone":"1"})");
    const auto b = contact(R"({"phone":"2"})");
    EXPECT_EQ(merge(a, a).status, 400);
    EXPECT_EQ(merge(a, "5").status, 400);
    const std::string c = merge(a, b).json()["id"];
    EXPECT_EQ(merge(a, b).status, 400);
    EXPECT_EQ(merge(c, contact(R"({"phone":"3"})")).status, 200);
}

TEST_F(Merges, chains_resolve_to_the_last_one_and_end_at_250_identities) {
    auto survivor = contact(R"({"phone":"1"})");
    const auto first = survivor;
    Reply last;
    for (int merged = 0; merged < 250; ++merged) {
        last = merge(survivor, contact(R"({"phone":"2"})"));
        if (last.status != 200) break;
        survivor = last.json()["id"];
    }
    EXPECT_EQ(last.status, 414);
    EXPECT_EQ(last.json()["message"], "Cannot have more than 250 identities on a profile");
    EXPECT_EQ(portal_.resolve(first), survivor);
}

}  // namespace
}  // namespace ringbridge::sim
