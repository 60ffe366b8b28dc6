// The platforms' own webhooks, as the simulated vendors send them, beside their lists.
#include "admin/admin.hpp"
#include "core/activity_text.hpp"
#include "sim/vendor/vendor.hpp"
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using sim::VendorCall;
using sim::VendorName;
using testing::HasSubstr;
using testing::SizeIs;
using Kind = VendorCall::Kind;
using State = VendorCall::State;
using Properties = std::map<std::string, std::string>;

/// A vendor, HubSpot, and a bridge that hears of calls by webhook, by the list, or both.
class Line {
  public:
    Line(VendorName name, bool pushes, bool polls) : vendor_{{.name = name}} {
        town_.network.mount(site_origin, [this](const HttpRequest& request, UtcTime now) {
            return vendor_.answer(request, now);
        });
        ProcessOptions options{.profile = std::string{word_of(sim::vendor_names, name)}};
        if (polls) options.api_key = vendor_.options().api_key;
        if (pushes) options.webhook_secrets = {vendor_.options().webhook_secret};
        process_ = std::make_unique<Process>(town_, options);
        admin_ = std::make_unique<admin::Admin>(
            admin::AdminOptions{.access = {}, .lock_wait = 10s},
            std::vector<api::Served>{{"main", "US", process_->service()}}, town_.world, town_.log);
        path_ = "/webhooks/" + options.profile;
    }

    UtcTime now() const { return town_.world.now(); }
    void publish(VendorCall call) { vendor_.publish(std::move(call)); }
    HttpResponse send(const std::string& id) {
        auto [headers, body] = vendor_.deliver(id, now(), [](auto secret, auto text) {
            return sim::FakeVault{}.hmac_sha256(secret, text);
        });
        headers.push_back({"Host", "127.0.0.1:8080"});
        auto answer = town_.world.run(admin_->answer(
            {{.method = "POST", .url = path_, .headers = std::move(headers), .body = body},
             "203.0.113.9"}));
        town_.world.run(town_.world.sleep(2s));
        return answer;
    }
    void poll() { process_->sync(last_week(town_)); }

    /// The calls in HubSpot, by their ids, with the number of their contact.
    std::map<std::string, Properties> landed() {
        std::map<std::string, Properties> calls;
        const auto label = process_->receptionist().profile().label;
        for (auto& one : town_.portal.calls()) {
            const auto ids = marked_ids(one.properties.at("hs_call_body"), label);
            EXPECT_THAT(ids, SizeIs(1));
            EXPECT_FALSE(calls.contains(ids.front().text)) << ids.front().text << " is there twice";
            for (const auto& contact : town_.portal.contacts()) {
                if (std::ranges::find(one.contact_ids, contact.id) != one.contact_ids.end()) {
                    one.properties["phone"] = contact.properties.at("phone");
                }
            }
            for (const auto* of_hubspot :
                 {"hs_object_id", "hs_createdate", "hs_lastmodifieddate"}) {
                one.properties.erase(of_hubspot);
            }
            calls[ids.front().text] = one.properties;
        }
        return calls;
    }

  private:
    Town town_;
    sim::Vendor vendor_;
    std::unique_ptr<Process> process_;
    std::unique_ptr<admin::Admin> admin_;
    std::string path_;
};

VendorCall a_call(int number, UtcTime at) {
    VendorCall call{.id = "c_" + std::to_string(number), .at = at, .seconds = 60 + number};
    call.outside_phone = "+1202555" + std::to_string(1000 + number % 7);
    call.kind = number % 4 == 3 ? Kind::outbound : Kind::inbound;
    call.title = "Visit booked";
    call.answers = R"({"caller name":"Dana Whitlow","bathrooms":2})";
    call.turns = {{"agent", "How may I help?"}, {"user", "The heater drips."}};
    return call;
}

class Pushed : public testing::TestWithParam<VendorName> {
  protected:
    // Only an id is proven there: the rest is asked of the API.
    bool needs_the_api() const { return GetParam() == VendorName::synthflow; }
};

INSTANTIATE_TEST_SUITE_P(Each, Pushed,
                         testing::Values(VendorName::elevenlabs, VendorName::retell,
                                         VendorName::vapi, VendorName::bland,
                                         VendorName::synthflow),
                         [](const auto& name) {
                             return std::string{word_of(sim::vendor_names, name.param)};
                         });

TEST_P(Pushed, WhatTheVendorSendsIsKeptAndInHubSpotAtOnce) {
    Line line{GetParam(), true, needs_the_api()};
    auto call = a_call(1, line.now() - 10min);
    call.summary = "Wants a visit.";
    line.publish(call);
    const auto answer = line.send("c_1");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(answer.body, HasSubstr("pending"));
    const auto landed = line.landed();
    ASSERT_THAT(landed, SizeIs(1));
    EXPECT_THAT(landed.at("c_1").at("hs_call_body"), HasSubstr("The heater drips."));
}

// Each call ends, and is analysed a minute later.
std::map<std::string, Properties> through(VendorName name, bool pushes, bool polls,
                                          const std::set<int>& lost) {
    Line line{name, pushes, polls};
    int events = 0;
    const auto send = [&](const VendorCall& call) {
        line.publish(call);
        if (pushes && !lost.contains(events++)) EXPECT_EQ(line.send(call.id).status, 200);
    };
    const auto start = line.now();
    for (int i = 0; i < 12; ++i) {
        auto call = a_call(i, start - 1h + i * 1min);
        send(call);
        call.summary = "Wants a visit on day " + std::to_string(i) + ".";
        send(call);
    }
    if (polls) line.poll();
    return line.landed();
}

TEST_P(Pushed, ByPushAloneByTheListAloneAndByBothWithAThirdLostHubSpotEndsTheSame) {
    const auto listed = through(GetParam(), false, true, {});
    EXPECT_THAT(listed, SizeIs(12));
    EXPECT_EQ(through(GetParam(), true, true, {0, 1, 5, 9, 12, 13, 20}), listed);
    if (!needs_the_api()) EXPECT_EQ(through(GetParam(), true, false, {}), listed);
}

}  // namespace
}  // namespace ringbridge::tests
