// The simulated vendor: it refuses what the platform is not known to accept, and signs as the
// vendors' own code does.
#include "sim/vendor/vendor.hpp"

#include <gmock/gmock.h>

namespace ringbridge::sim {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const UtcTime noon = *parse_utc("2026-11-23T12:00:00Z");

int status_of(VendorName name, const std::string& method, const std::string& target,
              const std::string& body = "", Headers headers = {}) {
    Vendor vendor{{.name = name}};
    vendor.publish({.id = "c_1", .at = noon - 1h, .outside_phone = "+12025550143"});
    if (headers.empty()) {
        const std::string key = vendor.options().api_key;
        headers = {{"xi-api-key", key},
                   {"Authorization", name == VendorName::bland ? key : "Bearer " + key}};
    }
    return vendor
        .answer({.method = method, .url = target, .headers = std::move(headers), .body = body},
                noon)
        .status;
}

TEST(Vendor, RefusesWhatThePlatformIsNotKnownToAccept) {
    using enum VendorName;
    EXPECT_EQ(status_of(elevenlabs, "GET", "/v1/convai/conversations?page_size=101"), 422);
    EXPECT_EQ(status_of(elevenlabs, "GET", "/v1/convai/conversations?pageSize=10"), 400);
    EXPECT_EQ(status_of(elevenlabs, "GET", "/v1/convai/conversations/c_2"), 404);
    EXPECT_EQ(status_of(retell, "POST", "/v3/list-calls", R"({"limit":1001})"), 400);
    EXPECT_EQ(status_of(retell, "POST", "/v3/list-calls", R"({"limit":"10"})"), 400);
    EXPECT_EQ(status_of(retell, "POST", "/v3/list-calls",
                        R"({"filter_criteria":{"start_timestamp":{"op":"ge","value":1}}})"),
              400);
    EXPECT_EQ(status_of(retell, "POST", "/v3/list-calls", R"({"pagination_key":null})"), 400);
    EXPECT_EQ(status_of(vapi, "GET", "/call?limit=1001"), 400);
    EXPECT_EQ(status_of(vapi, "GET", "/call?createdAtGe=1795433400000"), 400);
    EXPECT_EQ(status_of(bland, "GET", "/v1/calls?page=2"), 400);
    EXPECT_EQ(status_of(bland, "GET", "/v1/calls", "", {{"authorization", "Bearer key_sandbox"}}),
              401);
    EXPECT_EQ(status_of(synthflow, "GET", "/v2/calls?limit=10"), 400);
    EXPECT_EQ(status_of(synthflow, "GET", "/v2/calls?model_id=agent_1&limit=101"), 400);
    EXPECT_EQ(status_of(synthflow, "GET", "/v2/calls?model_id=agent_1&colour=blue"), 200);
    for (const auto& vendor : vendor_names) {
        EXPECT_EQ(status_of(vendor.value, "GET", "/", "", {{"Authorization", "Bearer wrong"}}), 401)
            << vendor.word;
        EXPECT_EQ(status_of(vendor.value, "GET", "/nowhere"), 404) << vendor.word;
    }
}

TEST(Vendor, SignsTheBytesOfItsEvents) {
    const Hmac named = [](std::string_view secret, std::string_view text) {
        return std::string{secret} + "|" + std::string{text};
    };
    for (const auto& [word, name, _] : vendor_names) {
        Vendor vendor{{.name = name, .webhook_secret = "s"}};
        vendor.publish({.id = "c_1",
                        .at = noon - 1h,
                        .outside_phone = "+12025550143",
                        .summary = "Wants a visit."});
        const auto sent = vendor.deliver("c_1", noon, named);
        EXPECT_THAT(sent.body, HasSubstr("\"c_1\"")) << word;
        EXPECT_THAT(sent.body, HasSubstr(std::string{vendor_secret})) << word;
        ASSERT_GE(sent.headers.size(), 2U);
    }
    Vendor synthflow{{.name = VendorName::synthflow, .webhook_secret = "s"}};
    synthflow.publish({.id = "c1", .at = noon});
    EXPECT_EQ(header_value(synthflow.deliver("c1", noon, named).headers, "Synthflow-Signature"),
              "c3xjMQ==");
    Vendor vapi{{.name = VendorName::vapi, .webhook_secret = "s"}};
    vapi.publish({.id = "c1", .at = noon});
    EXPECT_EQ(header_value(vapi.deliver("c1", noon, named).headers, "x-timestamp"), "1795435200");
}

}  // namespace
}  // namespace ringbridge::sim
