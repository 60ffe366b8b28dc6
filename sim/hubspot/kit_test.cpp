#include "sim/hubspot/kit_test.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::sim {

Json Reply::json() const { return Json::parse(text); }

Reply PortalTest::ask(const std::string& method, const std::string& path, const std::string& body) {
    const auto response =
        portal_.answer({.method = method,
                        .url = "https://api.hubapi.com" + path,
                        .headers = {{"Authorization", "Bearer " + portal_.options().token}},
                        .body = body},
                       now_);
    return {.status = response.status, .text = response.body, .headers = response.headers};
}

std::string PortalTest::contact(const std::string& properties) {
    const auto reply = post("/crm/v3/objects/contacts", R"({"properties":)" + properties + "}");
    EXPECT_EQ(reply.status, 201) << reply.text;
    return reply.json()["id"];
}

std::string PortalTest::call_for(const std::string& contact_id) {
    const auto reply = post(
        "/crm/v3/objects/calls",
        R"({"properties":{"hs_timestamp":"2026-04-12T15:00:00Z","hs_call_title":"Ring"},
            "associations":[{"to":{"id":")" +
            contact_id +
            R"("},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":194}]}]})");
    EXPECT_EQ(reply.status, 201) << reply.text;
    return reply.json()["id"];
}

std::vector<std::string> PortalTest::search(const std::string& filters) {
    const auto reply = post("/crm/v3/objects/contacts/search",
                            R"({"filterGroups":[{"filters":)" + filters + "}]}");
    EXPECT_EQ(reply.status, 200) << reply.text;
    std::vector<std::string> ids;
    for (const auto& row : reply.json()["results"]) ids.push_back(row["id"]);
    return ids;
}

std::string inputs(int count, const std::string& input) {
    std::string all;
    for (int i = 0; i < count; ++i) {
        auto one = input;
        for (auto at = one.find('#'); at != std::string::npos; at = one.find('#')) {
            one.replace(at, 1, std::to_string(i));
        }
        all += (i == 0 ? "" : ",") + one;
    }
    return R"({"inputs":[)" + all + "]}";
}

}  // namespace ringbridge::sim
