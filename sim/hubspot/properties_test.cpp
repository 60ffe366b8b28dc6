// Properties and groups: how they are defined, and which values they accept.
#include "sim/hubspot/kit_test.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

constexpr auto path = "/crm/v3/properties/contacts";

class PropertyDefinitions : public PortalTest {
  protected:
    void SetUp() override { post(std::string{path} + "/groups", R"({"name":"g","label":"G"})"); }

    static std::string body(const std::string& name, const std::string& type,
                            const std::string& field_type, const std::string& more = {}) {
        return R"({"name":")" + name + R"(","label":"L","groupName":"g","type":")" + type +
               R"(","fieldType":")" + field_type + R"(")" + more + "}";
    }
    Reply define(const std::string& definition) { return post(path, definition); }
    Reply set(const std::string& name, const std::string& value) {
        return post("/crm/v3/objects/contacts",
                    R"({"properties":{")" + name + R"(":)" + value + "}}");
    }
};

TEST_F(PropertyDefinitions, a_property_is_created_read_and_used) {
    const auto created = define(body("last_call", "datetime", "date"));
    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(created.json()["hasUniqueValue"], false);
    EXPECT_EQ(get(std::string{path} + "/last_call").json()["groupName"], "g");
    const auto used = set("last_call", "1775000000000");
    EXPECT_EQ(used.json()["properties"]["last_call"], "2026-03-31T23:33:20Z");
}

TEST_F(PropertyDefinitions, an_existing_name_is_a_conflict_and_a_missing_one_is_not_found) {
    define(body("x", "string", "text"));
    const auto again = define(body("x", "string", "text"));
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.json()["subCategory"], "Properties.PROPERTY_WITH_NAME_EXISTS");
    EXPECT_EQ(get(std::string{path} + "/y").json()["category"], "OBJECT_NOT_FOUND");
    EXPECT_EQ(post(std::string{path} + "/groups", R"({"name":"g","label":"G"})").status, 409);
}

TEST_F(PropertyDefinitions, an_archived_name_is_restored_with_its_values) {
    define(body("x", "string", "text"));
    const std::string id = set("x", R"("old")").json()["id"];
    EXPECT_EQ(ask("DELETE", std::string{path} + "/x").status, 204);
    EXPECT_EQ(get(std::string{path} + "/x").status, 404);
    EXPECT_EQ(get(std::string{path} + "/x?archived=true").status, 200);
    EXPECT_EQ(set("x", R"("new")").status, 400);
    EXPECT_EQ(define(body("x", "string", "textarea")).status, 201);
    EXPECT_EQ(get("/crm/v3/objects/contacts/" + id + "?properties=x").json()["properties"]["x"],
              "old");
}

TEST_F(PropertyDefinitions, dated_versions_need_an_order_of_the_options) {
    const auto* options = R"(,"options":[{"label":"A","value":"a","hidden":false}])";
    const auto* ordered =
        R"(,"options":[{"label":"A","value":"a","hidden":false,"displayOrder":0}])";
    EXPECT_EQ(define(body("x", "enumeration", "select", options)).status, 201);
    const auto* dated = "/crm/properties/2026-09/contacts";
    EXPECT_EQ(post(dated, body("y", "enumeration", "select", options)).status, 400);
    EXPECT_EQ(post(dated, body("y", "enumeration", "select", ordered)).status, 201);
}

TEST_F(PropertyDefinitions, what_makes_no_sense_is_refused) {
    for (const auto& bad :
         {body("X", "string", "text"), body("hs_x", "string", "text"), body("x", "text", "text"),
          body("x", "datetime", "text"), body("x", "bool", "booleancheckbox"),
          body("x", "string", "text", R"(,"extra":1)"), std::string{R"({"name":"x"})"},
          std::string{R"({"name":"x","label":"L","groupName":"none","type":"string",
                          "fieldType":"text"})"}}) {
        EXPECT_EQ(define(bad).status, 400) << bad;
    }
}

TEST_F(PropertyDefinitions, uniqueness_is_fixed_at_creation_and_options_are_replaced_as_a_whole) {
    const auto* one = R"(,"options":[{"label":"A","value":"a","hidden":false}])";
    define(body("x", "enumeration", "select", one));
    const auto reply = ask("PATCH", std::string{path} + "/x",
                           R"({"hasUniqueValue":true,
                               "options":[{"label":"B","value":"b","hidden":false}]})");
    EXPECT_EQ(reply.status, 200) << reply.text;
    EXPECT_EQ(reply.json()["hasUniqueValue"], false);
    EXPECT_EQ(reply.json()["options"].size(), 1U);
    EXPECT_EQ(set("x", R"("a")").status, 400);
    EXPECT_EQ(set("x", R"("b")").status, 201);
    EXPECT_EQ(ask("PATCH", std::string{path} + "/phone", R"({"label":"P"})").status, 400);
}

TEST_F(PropertyDefinitions, at_most_ten_are_unique) {
    const auto unique = [&](int i) {
        return define(body("u" + std::to_string(i), "string", "text", R"(,"hasUniqueValue":true)"))
            .status;
    };
    for (int i = 0; i < 10; ++i) EXPECT_EQ(unique(i), 201);
    EXPECT_EQ(unique(10), 400);
}

TEST_F(PropertyDefinitions, a_batch_creates_what_is_new_and_reports_what_is_not) {
    define(body("x", "string", "text"));
    const auto created =
        post(std::string{path} + "/batch/create", R"({"inputs":[)" + body("x", "string", "text") +
                                                      "," + body("y", "number", "number") + "]}");
    EXPECT_EQ(created.status, 207) << created.text;
    EXPECT_EQ(created.json()["results"][0]["name"], "y");
    const auto read = post(std::string{path} + "/batch/read",
                           R"({"archived":false,"dataSensitivity":"non_sensitive",
                               "inputs":[{"name":"y"},{"name":"z"}]})");
    EXPECT_EQ(read.status, 207);
    EXPECT_EQ(read.json()["errors"][0]["context"]["name"][0], "z");
    EXPECT_EQ(post(std::string{path} + "/batch/archive", R"({"inputs":[{"name":"y"}]})").status,
              204);
}

TEST_F(PropertyDefinitions, a_group_can_be_deleted_only_when_it_is_empty) {
    define(body("x", "string", "text"));
    const auto group = std::string{path} + "/groups/g";
    EXPECT_EQ(ask("DELETE", group).status, 400);
    ask("DELETE", std::string{path} + "/x");
    EXPECT_EQ(ask("PATCH", group, R"({"label":"New"})").json()["label"], "New");
    EXPECT_EQ(ask("DELETE", group).status, 204);
    EXPECT_EQ(get(group).status, 404);
}

struct Value {
    const char* type;
    const char* field_type;
    const char* given;   // JSON
    const char* stored;  // empty: refused
};
class Values : public PropertyDefinitions, public ::testing::WithParamInterface<Value> {};
TEST_P(Values, are_checked_by_type_and_read_back_as_text) {
    const auto& value = GetParam();
    const std::string options =
        std::string{value.type} == "bool"
            ? R"(,"options":[{"label":"Y","value":"true","hidden":false},
                             {"label":"N","value":"false","hidden":false}])"
            : (std::string{value.type} == "enumeration"
                   ? R"(,"options":[{"label":"A","value":"a","hidden":false},
                                    {"label":"B","value":"b","hidden":false}])"
                   : "");
    ASSERT_EQ(define(body("x", value.type, value.field_type, options)).status, 201);
    const auto reply = set("x", value.given);
    if (value.stored[0] == '\0') {
        EXPECT_EQ(reply.status, 400) << reply.text;
    } else {
        EXPECT_EQ(reply.json()["properties"]["x"], value.stored);
    }
}
INSTANTIATE_TEST_SUITE_P(
    All, Values,
    ::testing::Values(
        Value{"number", "number", "42", "42"}, Value{"number", "number", R"("x")", ""},
        Value{"number", "number", R"("1,5")", ""}, Value{"bool", "booleancheckbox", "true", "true"},
        Value{"bool", "booleancheckbox", R"("yes")", ""},
        Value{"date", "date", R"("2026-03-31")", "2026-03-31"},
        Value{"date", "date", "1774915200000", "2026-03-31"},
        Value{"date", "date", "1774915200001", ""},
        Value{"datetime", "date", R"("2026-03-31T10:00:00-04:00")", "2026-03-31T14:00:00Z"},
        Value{"datetime", "date", R"("2026-04-12T15:04:05.000Z")", "2026-04-12T15:04:05Z"},
        Value{"datetime", "date", R"("2026-04-12T15:04:05.060Z")", "2026-04-12T15:04:05.060Z"},
        Value{"datetime", "date", R"("2026-03-31 10:00")", ""},
        Value{"enumeration", "select", R"("a")", "a"}, Value{"enumeration", "select", R"("A")", ""},
        Value{"enumeration", "checkbox", R"("a;b")", "a;b"},
        Value{"enumeration", "checkbox", R"("a;c")", ""},
        Value{"string", "text", R"(" as it is ")", " as it is "}));

}  // namespace
}  // namespace ringbridge::sim
