// Search: its logic, its limits, and the index lag.
#include "sim/hubspot/kit_test.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace ringbridge::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string filter(const std::string& name, const std::string& op, const std::string& value) {
    return R"({"propertyName":")" + name + R"(","operator":")" + op + R"(","value":")" + value +
           R"("})";
}

class Searches : public PortalTest {
  protected:
    Reply request(const std::string& body) { return post("/crm/v3/objects/contacts/search", body); }
};

TEST_F(Searches, filters_of_a_group_are_anded_and_groups_are_ored) {
    const auto both = contact(R"({"phone":"1","mobilephone":"2"})");
    const auto one = contact(R"({"phone":"1"})");
    const auto phone = filter("phone", "EQ", "1");
    const auto mobile = filter("mobilephone", "EQ", "2");
    EXPECT_THAT(search("[" + phone + "," + mobile + "]"), ElementsAre(both));
    const auto reply = request(R"({"filterGroups":[{"filters":[)" + mobile + R"(]},{"filters":[)" +
                               phone + "]}]}");
    EXPECT_EQ(reply.json()["total"], 2);
    EXPECT_EQ(reply.json()["results"][0]["id"], both);
    EXPECT_EQ(reply.json()["results"][1]["id"], one);
}

struct Case {
    const char* filter;
    bool found;
};
class Operators : public PortalTest, public ::testing::WithParamInterface<Case> {};
TEST_P(Operators, decide_whether_a_contact_is_found) {
    contact(R"({"firstname":"Jane","phone":"+1 571-830-8515","lifecyclestage":"customer"})");
    EXPECT_EQ(search(std::string{"["} + GetParam().filter + "]").size(), GetParam().found ? 1U : 0U)
        << GetParam().filter;
}
INSTANTIATE_TEST_SUITE_P(
    All, Operators,
    ::testing::Values(
        Case{R"({"propertyName":"firstname","operator":"EQ","value":"JANE"})", true},
        Case{R"({"propertyName":"firstname","operator":"NEQ","value":"jane"})", false},
        Case{R"({"propertyName":"city","operator":"NEQ","value":"x"})", false},
        Case{R"({"propertyName":"firstname","operator":"IN","values":["x","jane"]})", true},
        Case{R"({"propertyName":"firstname","operator":"IN","values":["Jane"]})", false},
        Case{R"({"propertyName":"firstname","operator":"NOT_IN","values":["jane"]})", false},
        Case{R"({"propertyName":"lifecyclestage","operator":"EQ","value":"Customer"})", false},
        Case{R"({"propertyName":"lifecyclestage","operator":"IN","values":["customer"]})", true},
        Case{R"({"propertyName":"city","operator":"NOT_HAS_PROPERTY"})", true},
        Case{R"({"propertyName":"city","operator":"HAS_PROPERTY"})", false},
        Case{R"({"propertyName":"phone","operator":"CONTAINS_TOKEN","value":"830"})", true},
        Case{R"({"propertyName":"phone","operator":"CONTAINS_TOKEN","value":"*515"})", true},
        Case{R"({"propertyName":"phone","operator":"CONTAINS_TOKEN","value":"83"})", false},
        Case{R"({"propertyName":"phone","operator":"NOT_CONTAINS_TOKEN","value":"830"})", false},
        Case{R"({"propertyName":"createdate","operator":"LTE","value":"1775000000000"})", true},
        Case{R"({"propertyName":"createdate","operator":"GT","value":"2026-03-31T23:33:20Z"})",
             false},
        Case{R"({"propertyName":"createdate","operator":"BETWEEN","value":"1","highValue":"2"})",
             false},
        Case{R"({"propertyName":"hs_object_id","operator":"GTE","value":"1"})", true}));

struct TypedPhone {
    const char* typed;
    const char* national;
    const char* international;
};
class CalculatedPhone : public PortalTest, public ::testing::WithParamInterface<TypedPhone> {};
TEST_P(CalculatedPhone, finds_a_number_however_it_was_typed) {
    portal_.add_contact({{"phone", GetParam().typed}}, now_);
    const auto finds = [&](const char* name, const char* value) {
        return search("[" + filter(name, "EQ", value) + "]").size() == 1;
    };
    EXPECT_TRUE(finds("hs_searchable_calculated_phone_number", GetParam().national));
    EXPECT_TRUE(
        finds("hs_searchable_calculated_international_phone_number", GetParam().international));
}
INSTANTIATE_TEST_SUITE_P(
    Forms, CalculatedPhone,
    ::testing::Values(TypedPhone{"(571) 830-8515", "5718308515", "15718308515"},
                      TypedPhone{"+1 571 830 8515 x12", "5718308515", "15718308515"},
                      TypedPhone{"+44 20 7946 0958", "2079460958", "442079460958"},
                      TypedPhone{"+52 1 55 5080 1234", "15550801234", "525550801234"},
                      TypedPhone{"00004", "4", "4"}));

TEST_F(Searches, the_limits_of_a_request_are_kept) {
    const auto groups = [](int count, int filters) {
        std::string all;
        for (int group = 0; group < count; ++group) {
            std::string list;
            for (int i = 0; i < filters; ++i) {
                list += (i ? "," : "") + filter("phone", "EQ", "1");
            }
            all += (group ? "," : "") + (R"({"filters":[)" + list + "]}");
        }
        return R"({"filterGroups":[)" + all + "]}";
    };
    EXPECT_EQ(request(groups(5, 3)).status, 200);
    EXPECT_EQ(request(groups(3, 6)).status, 200);
    EXPECT_EQ(request(groups(6, 1)).status, 400);
    EXPECT_EQ(request(groups(1, 7)).status, 400);
    EXPECT_EQ(request(groups(4, 5)).status, 400);
    EXPECT_EQ(request(R"({"limit":200})").status, 200);
    EXPECT_EQ(request(R"({"limit":201})").status, 400);
    EXPECT_EQ(request(R"({"limit":100,"after":"9900"})").status, 200);
    EXPECT_EQ(request(R"({"limit":101,"after":"9900"})").status, 400);
    EXPECT_EQ(request(R"({"sorts":["phone","city"]})").status, 400);
    EXPECT_EQ(request(R"({"query":")" + std::string(3'000, 'x') + R"("})").status, 400);
}

class RefusedSearch : public PortalTest, public ::testing::WithParamInterface<const char*> {};
TEST_P(RefusedSearch, is_a_bad_request) {
    EXPECT_EQ(post("/crm/v3/objects/contacts/search", GetParam()).status, 400) << GetParam();
}
INSTANTIATE_TEST_SUITE_P(
    Bodies, RefusedSearch,
    ::testing::Values(
        "", "{", R"({"filters":[]})", R"({"filterGroups":{}})", R"({"limit":"10"})",
        R"({"after":"x"})", R"({"sorts":["nope"]})", R"({"properties":[1]})",
        R"({"filterGroups":[{"filters":[{"propertyName":"nope","operator":"EQ","value":"1"}]}]})",
        R"({"filterGroups":[{"filters":[)"
        R"({"propertyName":"phone","operator":"LIKE","value":"1"}]}]})",
        R"({"filterGroups":[{"filters":[{"propertyName":"phone","operator":"EQ"}]}]})",
        R"({"filterGroups":[{"filters":[{"propertyName":"phone","operator":"IN","value":"1"}]}]})",
        R"({"filterGroups":[{"filters":[)"
        R"({"propertyName":"createdate","operator":"GT","value":"x"}]}]})"));

TEST_F(Searches, pages_follow_one_another_in_the_asked_order) {
    for (const auto* city : {"b", "A", "c"}) contact(R"({"city":")" + std::string{city} + R"("})");
    const auto* body = R"({"limit":2,"properties":["city"],
        "sorts":[{"propertyName":"city","direction":"DESCENDING"}])";
    const auto first = request(std::string{body} + "}").json();
    EXPECT_EQ(first["total"], 3);
    EXPECT_EQ(first["results"][0]["properties"]["city"], "c");
    EXPECT_EQ(first["paging"]["next"]["after"], "2");
    const auto last = request(std::string{body} + R"(,"after":"2"})").json();
    EXPECT_EQ(last["results"][0]["properties"]["city"], "A");
    EXPECT_FALSE(last.contains("paging"));
}

TEST_F(Searches, a_query_searches_names_numbers_and_mail) {
    const auto id = contact(R"({"firstname":"Jane","lastname":"Doe","phone":"5718308515"})");
    const auto ids = [&](const std::string& query) {
        return request(R"({"query":")" + query + R"("})").json()["total"];
    };
    EXPECT_EQ(ids("jane doe"), 1);
    EXPECT_EQ(ids("571830"), 1);
    EXPECT_EQ(ids("jane smith"), 0);
}

TEST_F(Searches, calls_are_found_by_the_contact_they_belong_to) {
    const auto person = contact(R"({"phone":"1"})");
    const auto call = call_for(person);
    call_for(contact(R"({"phone":"2"})"));
    const auto reply = post(
        "/crm/v3/objects/calls/search",
        R"({"filterGroups":[{"filters":[)" + filter("associations.contact", "EQ", person) + "]}]}");
    EXPECT_EQ(reply.json()["total"], 1);
    EXPECT_EQ(reply.json()["results"][0]["id"], call);
}

TEST_F(Searches, what_was_just_created_is_not_found_until_the_index_has_it) {
    portal_.options().index_lag = 10s;
    const auto id = contact(R"({"phone":"1"})");
    now_ += 9s;
    EXPECT_THAT(search("[" + filter("phone", "EQ", "1") + "]"), IsEmpty());
    EXPECT_EQ(get("/crm/v3/objects/contacts/" + id).status, 200);
    now_ += 1s;
    EXPECT_THAT(search("[" + filter("phone", "EQ", "1") + "]"), ElementsAre(id));
}

TEST_F(Searches, what_was_just_changed_is_found_by_its_old_value_and_shown_with_its_new_one) {
    const auto id = contact(R"({"phone":"1"})");
    portal_.options().index_lag = 10s;
    ask("PATCH", "/crm/v3/objects/contacts/" + id, R"({"properties":{"phone":"2"}})");
    const auto old_value = request(R"({"properties":["phone"],"filterGroups":[{"filters":[)" +
                                   filter("phone", "EQ", "1") + "]}]}");
    EXPECT_EQ(old_value.json()["results"][0]["properties"]["phone"], "2");
    EXPECT_THAT(search("[" + filter("phone", "EQ", "2") + "]"), IsEmpty());
    now_ += 10s;
    EXPECT_THAT(search("[" + filter("phone", "EQ", "1") + "]"), IsEmpty());
    EXPECT_THAT(search("[" + filter("phone", "EQ", "2") + "]"), ElementsAre(id));
}

TEST_F(Searches, what_was_just_archived_is_found_until_the_index_knows) {
    const auto id = contact(R"({"phone":"1"})");
    portal_.options().index_lag = 10s;
    ask("DELETE", "/crm/v3/objects/contacts/" + id);
    EXPECT_THAT(search("[" + filter("phone", "EQ", "1") + "]"), ElementsAre(id));
    now_ += 10s;
    EXPECT_THAT(search("[" + filter("phone", "EQ", "1") + "]"), IsEmpty());
}

// Whatever was written, once the lag has passed a search finds exactly the matching contacts.
RC_GTEST_FIXTURE_PROP(Searches, a_settled_index_agrees_with_the_records, ()) {
    portal_ = HubSpotPortal{};
    portal_.options().index_lag = 5s;
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange(0, 3)));
    for (const auto& [action, phone] : steps) {
        const auto properties = R"({"phone":")" + std::to_string(phone) + R"("})";
        const auto contacts = portal_.contacts();
        now_ += 1s;
        if (action == 0 || contacts.empty()) {
            contact(properties);
        } else if (action == 1) {
            ask("DELETE", "/crm/v3/objects/contacts/" + contacts.back().id);
        } else if (action == 2 && contacts.size() > 1) {
            post("/crm/v3/objects/contacts/merge", R"({"primaryObjectId":")" + contacts[0].id +
                                                       R"(","objectIdToMerge":")" + contacts[1].id +
                                                       R"("})");
        } else {
            ask("PATCH", "/crm/v3/objects/contacts/" + contacts.front().id,
                R"({"properties":)" + properties + "}");
        }
    }
    now_ += 5s;
    for (int phone = 0; phone < 3; ++phone) {
        std::set<std::string> expected;
        for (const auto& record : portal_.contacts()) {
            if (record.properties.at("phone") == std::to_string(phone)) expected.insert(record.id);
        }
        const auto reply = request(R"({"limit":200,"filterGroups":[{"filters":[)" +
                                   filter("phone", "EQ", std::to_string(phone)) + "]}]}");
        std::set<std::string> found;
        const auto body = reply.json();
        for (const auto& row : body["results"]) found.insert(row["id"]);
        RC_ASSERT(found == expected);
    }
}

}  // namespace
}  // namespace ringbridge::sim
