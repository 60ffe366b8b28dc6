// Contacts and calls one at a time: what is accepted, what is refused, what is returned.
#include "sim/hubspot/kit_test.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Objects = PortalTest;

TEST_F(Objects, a_created_contact_is_read_back_with_values_as_text) {
    const auto created = post("/crm/objects/2026-09/contacts",
                              R"({"properties":{"firstname":"Jane","phone":"+15718308515"}})");
    EXPECT_EQ(created.status, 201);
    const std::string id = created.json()["id"];
    EXPECT_THAT(std::string{header_value(created.headers, "Location")}, HasSubstr("/" + id));
    EXPECT_EQ(created.json()["properties"]["lifecyclestage"], "lead");
    const auto read = get("/crm/objects/2026-09/contacts/" + id + "?properties=phone,city").json();
    EXPECT_EQ(read["properties"]["phone"], "+15718308515");
    EXPECT_TRUE(read["properties"]["city"].is_null());
    EXPECT_FALSE(read["properties"].contains("firstname"));
}

TEST_F(Objects, a_nameless_contact_is_accepted_on_v3_and_refused_on_2026_09) {
    const auto* body = R"({"properties":{"phone":"+15718308515"}})";
    EXPECT_EQ(post("/crm/v3/objects/contacts", body).status, 201);
    EXPECT_EQ(post("/crm/objects/2026-09/contacts", body).status, 400);
}

TEST_F(Objects, only_the_email_is_unique) {
    const auto id = contact(R"({"email":"Jane@x.org","phone":"1"})");
    const auto again = post("/crm/v3/objects/contacts", R"({"properties":{"email":"jane@X.org"}})");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.json()["message"], "Contact already exists. Existing ID: " + id);
    EXPECT_EQ(again.json()["category"], "CONFLICT");
    contact(R"({"phone":"1"})");
    EXPECT_EQ(portal_.contacts().size(), 2U);
}

TEST_F(Objects, an_unknown_property_is_refused_in_hubspots_words) {
    const auto reply = post("/crm/v3/objects/contacts", R"({"properties":{"nope":"x"}})");
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.json()["message"],
                HasSubstr(R"(Property values were not valid: [{"error":"PROPERTY_DOESNT_EXIST")"));
    EXPECT_EQ(reply.json()["errors"][0]["context"]["propertyName"][0], "nope");
    EXPECT_TRUE(portal_.contacts().empty());
}

struct Refused {
    const char* body;
    const char* says;
};
class RefusedCall : public PortalTest, public ::testing::WithParamInterface<Refused> {};
TEST_P(RefusedCall, is_refused_and_leaves_nothing) {
    const auto reply = post("/crm/v3/objects/calls", GetParam().body);
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.text, HasSubstr(GetParam().says));
    EXPECT_TRUE(portal_.calls().empty());
}
INSTANTIATE_TEST_SUITE_P(
    Bodies, RefusedCall,
    ::testing::Values(
        Refused{"", "a request body was expected"},
        Refused{"{\n  \"properties\": oops", "Invalid input JSON on line 2, column "},
        Refused{"[]", "Cannot deserialize"}, Refused{"{}", "properties"},
        Refused{R"({"properties":[]})", "Cannot deserialize"},
        Refused{R"({"properties":{},"extra":1})", "Unrecognized field"},
        Refused{R"({"properties":{"hs_timestamp":null}})", "Cannot deserialize"},
        Refused{R"({"properties":{"hs_call_title":"x"}})", "hs_timestamp"},
        Refused{R"({"properties":{"hs_timestamp":"yesterday"}})", "INVALID_DATE"},
        Refused{R"({"properties":{"hs_timestamp":"1","hs_call_status":"completed"}})",
                "INVALID_OPTION"},
        Refused{R"({"properties":{"hs_timestamp":"1","hs_call_duration":"1,000"}})",
                "INVALID_NUMBER"},
        Refused{R"({"properties":{"hs_timestamp":"1","hs_call_duration":" 1"}})", "spaces"},
        Refused{R"({"properties":{"hs_timestamp":"1","hs_body_preview":"x"}})", "READ_ONLY_VALUE"},
        Refused{R"({"properties":{"hs_timestamp":"1","hs_call_recording_url":"http://x/y.mp3"}})",
                "HTTPS"},
        Refused{R"({"properties":{"hs_timestamp":"1"},"associations":[{"to":{"id":"7"},
            "types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":193}]}]})",
                "associations are not valid"},
        Refused{R"({"properties":{"hs_timestamp":"1"},"associations":[{"to":{"id":"7"},
            "types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":194}]}]})",
                "does not exist"}));

TEST_F(Objects, text_may_have_65536_characters_and_no_more) {
    const auto body = [](std::size_t length) {
        return R"({"properties":{"hs_timestamp":"1","hs_call_body":")" + std::string(length, 'x') +
               R"("}})";
    };
    EXPECT_EQ(post("/crm/v3/objects/calls", body(65'536)).status, 201);
    EXPECT_EQ(post("/crm/v3/objects/calls", body(65'537)).status, 400);
}

TEST_F(Objects, a_call_takes_numbers_and_milliseconds_and_gives_text) {
    const auto reply = post("/crm/v3/objects/calls",
                            R"({"properties":{"hs_timestamp":1775000000000,"hs_call_duration":38000,
                          "hs_call_body":"<p>Hello</p>"}})");
    ASSERT_EQ(reply.status, 201) << reply.text;
    EXPECT_EQ(reply.json()["properties"]["hs_timestamp"], "2026-03-31T23:33:20Z");
    EXPECT_EQ(reply.json()["properties"]["hs_call_duration"], "38000");
    EXPECT_EQ(portal_.calls()[0].properties.at("hs_body_preview"), "Hello");
}

TEST_F(Objects, a_call_is_associated_as_it_is_created) {
    const auto person = contact(R"({"phone":"1"})");
    const auto call = call_for(person);
    EXPECT_THAT(portal_.calls()[0].contact_ids, ElementsAre(person));
    const auto read = get("/crm/v3/objects/0-48/" + call + "?associations=contacts").json();
    EXPECT_EQ(read["associations"]["contacts"]["results"][0]["id"], person);
    EXPECT_EQ(read["associations"]["contacts"]["results"][0]["type"], "call_to_contact");
}

TEST_F(Objects, a_missing_v3_record_is_html_and_a_dated_one_is_json) {
    EXPECT_THAT(get("/crm/v3/objects/contacts/5").text, HasSubstr("<html>"));
    EXPECT_EQ(get("/crm/objects/2026-09/contacts/5").json()["category"], "OBJECT_NOT_FOUND");
    EXPECT_EQ(ask("PATCH", "/crm/v3/objects/contacts/5", R"({"properties":{}})").status, 404);
    EXPECT_EQ(ask("DELETE", "/crm/v3/objects/contacts/5").status, 404);
}

TEST_F(Objects, a_contact_can_be_addressed_by_its_email) {
    const auto id = contact(R"({"email":"a@b.co"})");
    EXPECT_EQ(get("/crm/v3/objects/contacts/A%40b.co?idProperty=email").json()["id"], id);
    const auto patched = ask("PATCH", "/crm/v3/objects/contacts/a@b.co?idProperty=email",
                             R"({"properties":{"city":"Reston"}})");
    EXPECT_EQ(patched.status, 200);
    EXPECT_THAT(get("/crm/v3/objects/contacts/1?idProperty=phone").text, HasSubstr("non-unique"));
}

TEST_F(Objects, an_empty_value_clears_and_the_lifecycle_goes_forward_only) {
    const auto path =
        "/crm/v3/objects/contacts/" + contact(R"({"city":"Reston","lifecyclestage":"customer"})");
    EXPECT_EQ(ask("PATCH", path, R"({"properties":{"city":"","lifecyclestage":"lead"}})").status,
              200);
    const auto properties = portal_.contacts()[0].properties;
    EXPECT_FALSE(properties.contains("city"));
    EXPECT_EQ(properties.at("lifecyclestage"), "customer");
    EXPECT_EQ(ask("PATCH", path, R"({"properties":{"lifecyclestage":""}})").status, 200);
    EXPECT_EQ(ask("PATCH", path, R"({"properties":{"lifecyclestage":"lead"}})").status, 200);
    EXPECT_EQ(portal_.contacts()[0].properties.at("lifecyclestage"), "lead");
}

TEST_F(Objects, an_archived_record_is_listed_among_archived_only) {
    const auto person = contact(R"({"email":"a@b.co"})");
    const auto call = call_for(person);
    EXPECT_EQ(ask("DELETE", "/crm/v3/objects/contacts/" + person).status, 204);
    EXPECT_EQ(get("/crm/v3/objects/contacts/" + person).status, 404);
    EXPECT_EQ(get("/crm/v3/objects/contacts/" + person + "?archived=true").status, 200);
    EXPECT_TRUE(portal_.calls()[0].contact_ids.empty());
    contact(R"({"email":"a@b.co"})");
}

TEST_F(Objects, lists_are_read_page_by_page) {
    std::vector<std::string> created;
    for (int i = 0; i < 5; ++i) created.push_back(contact(R"({"phone":"1"})"));
    std::vector<std::string> listed;
    std::string path = "/crm/v3/objects/contacts?limit=2";
    for (Json page = get(path).json();;) {
        for (const auto& row : page["results"]) listed.push_back(row["id"]);
        if (!page.contains("paging")) break;
        page = get(path + "&after=" + page["paging"]["next"]["after"].get<std::string>()).json();
    }
    EXPECT_EQ(listed, created);
    EXPECT_EQ(get("/crm/v3/objects/contacts?limit=101").status, 400);
}

TEST_F(Objects, what_a_person_adds_by_hand_is_visible_at_once) {
    const auto id = portal_.add_contact({{"phone", "(571) 830-8515"}}, now_);
    EXPECT_EQ(
        get("/crm/v3/objects/contacts/" + id + "?properties=phone").json()["properties"]["phone"],
        "(571) 830-8515");
}

}  // namespace
}  // namespace ringbridge::sim
