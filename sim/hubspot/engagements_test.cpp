// The v1 notation of calls, and that it shows the same records as the calls object.
#include "sim/hubspot/kit_test.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
constexpr auto path = "/engagements/v1/engagements";

class Engagements : public PortalTest {
  protected:
    std::string engage(const std::string& contact_id) {
        const auto reply = post(path, R"({"engagement":{"type":"CALL","timestamp":1775000000000},
                "associations":{"contactIds":[)" +
                                          contact_id +
                                          R"(]},"metadata":{"body":"<p>Hi</p>","fromNumber":"+1",
                           "durationMilliseconds":38000,"title":"T"}})");
        EXPECT_EQ(reply.status, 200) << reply.text;
        return reply.json()["engagement"]["id"].dump();
    }
    std::string at(const std::string& id) { return std::string{path} + "/" + id; }
};

TEST_F(Engagements, a_created_call_is_one_record_in_both_notations) {
    const auto person = contact(R"({"phone":"1"})");
    const auto id = engage(person);
    const auto v1 = get(at(id)).json();
    EXPECT_EQ(v1["associations"]["contactIds"][0].dump(), person);
    EXPECT_EQ(v1["metadata"]["durationMilliseconds"], 38000);
    EXPECT_EQ(v1["metadata"]["status"], "COMPLETED");
    EXPECT_EQ(v1["engagement"]["timestamp"], 1775000000000);
    const auto v3 = get("/crm/v3/objects/calls/" + id + "?properties=hs_call_title,hs_call_body");
    EXPECT_EQ(v3.json()["properties"]["hs_call_title"], "T");
    const auto written = call_for(person);
    EXPECT_EQ(get(at(written)).json()["metadata"]["title"], "Ring");
}

TEST_F(Engagements, a_missing_or_deleted_one_is_an_empty_200) {
    const auto id = engage(contact(R"({"phone":"1"})"));
    EXPECT_EQ(ask("DELETE", at(id)).status, 204);
    for (const auto& gone : {id, std::string{"5"}}) {
        EXPECT_EQ(get(at(gone)).status, 200);
        EXPECT_EQ(get(at(gone)).text, "");
    }
    EXPECT_EQ(get("/crm/v3/objects/calls/" + id).status, 404);
    EXPECT_EQ(ask("DELETE", at(id)).status, 404);
}

TEST_F(Engagements, patch_keeps_and_put_replaces_the_metadata) {
    const auto id = engage(contact(R"({"phone":"1"})"));
    const auto patched = ask("PATCH", at(id), R"({"metadata":{"body":"new"}})");
    EXPECT_EQ(patched.json()["metadata"]["body"], "new");
    EXPECT_EQ(patched.json()["metadata"]["fromNumber"], "+1");
    const auto put = ask("PUT", at(id), R"({"metadata":{"body":"newer"}})");
    EXPECT_EQ(put.json()["metadata"], Json({{"body", "newer"}}));
    EXPECT_EQ(ask("PATCH", at(id), R"({"associations":{"contactIds":[]}})").status, 400);
}

TEST_F(Engagements, contacts_that_do_not_exist_are_refused) {
    const auto reply = post(path, R"({"engagement":{"type":"CALL"},"metadata":{},
                                      "associations":{"contactIds":[5]}})");
    EXPECT_EQ(reply.status, 400);
    EXPECT_FALSE(reply.json().contains("category"));
    EXPECT_TRUE(portal_.calls().empty());
    EXPECT_EQ(post(path, R"({"engagement":{"type":"CALL"},"metadata":{},
                             "associations":{"contactIds":[null]}})")
                  .status,
              200);
}

TEST_F(Engagements, wrong_bodies_are_refused) {
    for (const auto* bad :
         {"", "{}", R"({"engagement":{"type":"CALL"}})", R"({"engagement":{},"metadata":{}})",
          R"({"engagement":{"type":"RING"},"metadata":{}})",
          R"({"engagement":{"type":"CALL"},"metadata":{"direction":"INBOUND"}})",
          R"({"engagement":{"type":"CALL"},"metadata":{"status":"DONE"}})",
          R"({"engagement":{"type":"CALL","timestamp":"1"},"metadata":{}})"}) {
        EXPECT_EQ(post(path, bad).status, 400) << bad;
    }
}

TEST_F(Engagements, a_contacts_calls_are_read_page_by_page) {
    const auto person = contact(R"({"phone":"1"})");
    std::vector<std::string> written;
    for (int i = 0; i < 3; ++i) written.push_back(engage(person));
    const auto list = std::string{path} + "/associated/CONTACT/" + person + "/paged?limit=2";
    const auto first = get(list).json();
    EXPECT_EQ(first["results"].size(), 2U);
    EXPECT_EQ(first["hasMore"], true);
    const auto last = get(list + "&offset=" + first["offset"].dump()).json();
    EXPECT_EQ(last["results"][0]["engagement"]["id"].dump(), written[2]);
    EXPECT_EQ(last["hasMore"], false);
    EXPECT_THAT(get(std::string{path} + "/associated/FAKE_TYPE/1/paged").text,
                HasSubstr("Invalid enum constant 'FAKE_TYPE' for class ObjectType"));
}

TEST_F(Engagements, all_of_the_account_are_read_page_by_page) {
    const auto person = contact(R"({"phone":"1"})");
    std::vector<std::string> written;
    for (int i = 0; i < 3; ++i) written.push_back(engage(person));
    const auto first = get(std::string{path} + "/paged?limit=2").json();
    EXPECT_EQ(first["results"].size(), 2U);
    EXPECT_EQ(first["hasMore"], true);
    const auto last =
        get(std::string{path} + "/paged?limit=2&offset=" + first["offset"].dump()).json();
    EXPECT_EQ(last["results"][0]["engagement"]["id"].dump(), written[2]);
    EXPECT_EQ(last["hasMore"], false);
}

TEST_F(Engagements, the_recently_modified_are_listed_newest_first) {
    const auto person = contact(R"({"phone":"1"})");
    std::vector<std::string> written;
    for (int i = 0; i < 3; ++i) {
        written.push_back(engage(person));
        now_ += std::chrono::minutes{1};
    }
    EXPECT_EQ(ask("PATCH", at(written[0]), R"({"metadata":{"body":"new"}})").status, 200);
    const auto changed_at = to_unix_ms(now_);
    const auto recent = std::string{path} + "/recent/modified";
    const auto first = get(recent + "?count=2").json();
    EXPECT_EQ(first["results"][0]["engagement"]["id"].dump(), written[0]);
    EXPECT_EQ(first["results"][1]["engagement"]["id"].dump(), written[2]);
    EXPECT_EQ(first["hasMore"], true);
    EXPECT_EQ(first["total"], 3);
    const auto last = get(recent + "?count=2&offset=" + first["offset"].dump()).json();
    EXPECT_EQ(last["results"][0]["engagement"]["id"].dump(), written[1]);
    EXPECT_EQ(last["hasMore"], false);
    const auto since = get(recent + "?since=" + std::to_string(changed_at)).json();
    EXPECT_EQ(since["results"].size(), 1U);
    now_ += std::chrono::days{31};
    EXPECT_TRUE(get(recent).json()["results"].empty());
}

TEST_F(Engagements, associations_are_created_and_removed_one_by_one) {
    const auto a = contact(R"({"phone":"1"})");
    const auto b = contact(R"({"phone":"2"})");
    const auto id = engage(a);
    EXPECT_EQ(ask("PUT", at(id) + "/associations/CONTACT/" + b, "null").status, 204);
    EXPECT_THAT(portal_.calls()[0].contact_ids, ElementsAre(a, b));
    EXPECT_EQ(ask("DELETE", at(id) + "/associations/CONTACT/" + a).status, 204);
    EXPECT_THAT(portal_.calls()[0].contact_ids, ElementsAre(b));
    EXPECT_EQ(ask("PUT", at(id) + "/associations/CONTACT/5").status, 400);
}

}  // namespace
}  // namespace ringbridge::sim
