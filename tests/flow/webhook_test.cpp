// Webhooks, from the signature on bytes to the activity in HubSpot.
#include "admin/admin.hpp"
#include "api/health.hpp"
#include "core/text.hpp"
#include "receptionist/signature.hpp"
#include "runtime/sodium_vault.hpp"
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using receptionist::Signature;
using receptionist::Webhook;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// --- Signatures: known answers -------------------------------------------------------------------

// Verified with the vendors' own code: the secret is `test_secret`, the time this one.
const auto signed_at = from_unix_ms(1'795'392'000'000);
const std::string signed_body =
    R"({"type":"post_call_transcription","data":{"conversation_id":"c1"}})";
const std::string hex_of_time_and_body =
    "e01a70b64c4debae1654b652cec4c68cedc0496631be272f0307cafe670529c7";
const std::string hex_of_body_and_time =
    "04f6bf42abd6f8daae17e6e3d3edf91668e08ce4b01076b5fa3cedd4b3091a78";
const std::string hex_of_body = "02db993970b60bb512878dc9cca00dd212f2ff143888ce482f5d2a9cd406561a";

const Webhook in_pairs{.signatures = {{.headers = {"ElevenLabs-Signature"},
                                       .digest = "v0",
                                       .timestamp = "t",
                                       .unit = Signature::Unit::seconds,
                                       .covers = "${timestamp}.${body}",
                                       .oldest = 30min}}};
const Webhook in_own_headers{
    .signatures = {{.headers = {"x-signature"},
                    .timestamp_header = "x-timestamp",
                    .covers = "${timestamp}.${body}"}},
    .secrets = {{"Authorization", "Bearer ${secret}"}, {"X-Vapi-Secret", "${secret}"}}};
const Webhook of_the_body{.signatures = {{.headers = {"X-Webhook-Signature"}}}};
const Webhook of_the_id{
    .signatures = {{.headers = {"HTTP_SYNTHFLOW_SIGNATURE", "Synthflow-Signature"},
                    .covers = "${record.call_id}",
                    .encoding = Signature::Encoding::base64}}};

class SignatureTest : public testing::Test {
  protected:
    /// Empty if it is right.
    std::string fault(const Webhook& webhook, const Headers& headers,
                      const std::string& body = signed_body, UtcTime now = signed_at,
                      const std::vector<std::string>& secrets = {"test_secret"}) {
        std::vector<Secret> hidden;
        for (const auto& secret : secrets) hidden.emplace_back(secret);
        return receptionist::fault_in_signature(
                   {.headers = headers, .body = body, .record = {{"record.call_id", "c1"}}},
                   webhook, hidden, vault_, now)
            .value_or("");
    }

    sim::World world_{1, signed_at};
    runtime::SodiumVault vault_{Secret{}, world_};
};

TEST_F(SignatureTest, TheVendorsOwnSignaturesAreRight) {
    EXPECT_EQ(
        fault(in_pairs, {{"ElevenLabs-Signature", "t=1795392000,v0=" + hex_of_time_and_body}}), "");
    const Webhook in_ms{.signatures = {{.headers = {"x-retell-signature"},
                                        .digest = "d",
                                        .timestamp = "v",
                                        .unit = Signature::Unit::milliseconds,
                                        .covers = "${body}${timestamp}"}}};
    EXPECT_EQ(fault(in_ms, {{"X-Retell-Signature", "v=1795392000000,d=" + hex_of_body_and_time}}),
              "");
    EXPECT_EQ(fault(in_own_headers,
                    {{"x-timestamp", "1795392000"}, {"x-signature", hex_of_time_and_body}}),
              "");
    EXPECT_EQ(fault(of_the_body, {{"X-Webhook-Signature", hex_of_body}}), "");
    EXPECT_EQ(
        fault(of_the_id, {{"Synthflow-Signature", "Rh+IWlPBoMDMI1ezZlCmBBn//tKxIowtmN7IHk+DFRA="}}),
        "");
}

TEST_F(SignatureTest, BlanksCapitalsAndSeveralDigestsAreAllowed) {
    std::string capitals = hex_of_time_and_body;
    std::ranges::transform(capitals, capitals.begin(),
                           [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
    EXPECT_EQ(fault(in_pairs, {{"elevenlabs-signature", "t=1795392000, v0=00ff, v0=" + capitals}}),
              "");
}

TEST_F(SignatureTest, AnyOfSeveralSecretsWillDo) {
    const Headers headers{{"X-Webhook-Signature", hex_of_body}};
    EXPECT_EQ(fault(of_the_body, headers, signed_body, signed_at, {"old", "test_secret"}), "");
    EXPECT_NE(fault(of_the_body, headers, signed_body, signed_at, {"old", "older"}), "");
}

TEST_F(SignatureTest, AHeaderMayHoldTheSecretItself) {
    EXPECT_EQ(fault(in_own_headers, {{"Authorization", "Bearer test_secret"}}), "");
    EXPECT_EQ(fault(in_own_headers, {{"x-vapi-secret", "test_secret"}}), "");
    EXPECT_NE(fault(in_own_headers, {{"x-vapi-secret", "test_secre"}}), "");
    EXPECT_NE(fault(in_own_headers, {{"Authorization", "test_secret"}}), "");
}

TEST_F(SignatureTest, WhatIsChangedByAByteIsRefused) {
    const Headers headers{{"X-Webhook-Signature", hex_of_body}};
    EXPECT_THAT(fault(of_the_body, headers, signed_body + " "), HasSubstr("WEBHOOK_SECRET"));
    auto other = hex_of_body;
    other.back() = 'b';
    EXPECT_NE(fault(of_the_body, {{"X-Webhook-Signature", other}}), "");
    EXPECT_NE(fault(of_the_body, {{"X-Webhook-Signature", hex_of_body.substr(2)}}), "");
    EXPECT_NE(fault(of_the_body, {{"X-Webhook-Signature", hex_of_body + "zz"}}), "");
    EXPECT_EQ(fault(of_the_body, {}), "there is no header X-Webhook-Signature");
}

TEST_F(SignatureTest, WhatIsTooOldOrFromTheFutureIsRefused) {
    const Headers headers{{"ElevenLabs-Signature", "t=1795392000,v0=" + hex_of_time_and_body}};
    EXPECT_EQ(fault(in_pairs, headers, signed_body, signed_at + 30min), "");
    EXPECT_EQ(fault(in_pairs, headers, signed_body, signed_at - 5min), "");
    EXPECT_THAT(fault(in_pairs, headers, signed_body, signed_at + 31min), HasSubstr("1860 s old"));
    EXPECT_THAT(fault(in_pairs, headers, signed_body, signed_at - 6min), HasSubstr("future"));
}

TEST_F(SignatureTest, ATimeThatIsNoneIsRefused) {
    for (const std::string time : {"", "-1", "1e9", "99999999999999999999", "now"}) {
        const auto digest = vault_.hmac_sha256("test_secret", time + "." + signed_body);
        std::string hex;
        for (const char c : digest) {
            for (const auto half : {static_cast<unsigned char>(c) >> 4, c & 15}) {
                hex += "0123456789abcdef"[half];
            }
        }
        EXPECT_NE(fault(in_pairs, {{"ElevenLabs-Signature", "t=" + time + ",v0=" + hex}}), "")
            << time;
    }
}

TEST_F(SignatureTest, ACoveredValueThatIsMissingProvesNothing) {
    const auto of_nothing = vault_.hmac_sha256("test_secret", "");
    EXPECT_EQ(
        receptionist::fault_in_signature({.headers = {{"Synthflow-Signature", "x"}}, .body = "{}"},
                                         of_the_id, {Secret{"test_secret"}}, vault_, signed_at),
        "there is no id of a call that the signature could cover");
}

// --- The door ------------------------------------------------------------------------------------

const Header our_name{"Host", "127.0.0.1:8080"};

class WebhookTest : public testing::Test {
  protected:
    WebhookTest() { town_.workload.add_callers(3, 1, town_.portal, town_.world.now() - 24h); }

    static std::string hex(const std::string& bytes) {
        std::string text;
        for (const char c : bytes) {
            const auto byte = static_cast<unsigned char>(c);
            text += "0123456789abcdef"[byte >> 4];
            text += "0123456789abcdef"[byte & 15];
        }
        return text;
    }
    Headers signature_of(const std::string& body, const std::string& secret = "shared",
                         Milliseconds ago = 0ms) {
        const auto time = std::to_string(to_unix_ms(town_.world.now() - ago));
        const auto digest = sim::FakeVault{}.hmac_sha256(secret, time + "." + body);
        return {our_name, {"Signature", "t=" + time + ", v0=" + hex(digest)}};
    }
    HttpResponse deliver(const std::string& body, const Headers& headers,
                         const std::string& path = "/webhooks/goodcall",
                         const std::string& method = "POST") {
        return town_.world.run(admin_.answer(
            {{.method = method, .url = path, .headers = headers, .body = body}, "203.0.113.9"}));
    }
    json deliver(const std::string& body) {
        const auto response = deliver(body, signature_of(body));
        EXPECT_EQ(response.status, 200) << response.body;
        return json::parse(response.body);
    }
    std::string error_of(const HttpResponse& response) {
        return json::parse(response.body).at("error").at("code");
    }
    /// Of a call that the platform need not list.
    std::string event(const std::string& record, const std::string& kind = "call_ended",
                      Milliseconds ago = 0ms) {
        return json{{"event", kind},
                    {"at", to_unix_ms(town_.world.now() - ago)},
                    {"call", json::parse(record)}}
            .dump();
    }
    void wait(Milliseconds span) { town_.world.run(town_.world.sleep(span)); }
    std::string property(std::size_t call, const std::string& name) {
        const auto calls = town_.portal.calls();
        return calls.size() > call ? calls[call].properties.at(name) : "";
    }

    static ProcessOptions pushed() { return {.webhook_secrets = {"shared"}}; }

    Town town_;
    Process process_{town_, pushed()};
    admin::Admin admin_{{.access = {Secret{"a token of the admin"}}, .lock_wait = 10s},
                        {{"main", "US", process_.service()}},
                        town_.world,
                        town_.log};
};

const std::string a_call = R"({"id":"c_7","callTimestamp":"2026-11-23T08:00:00Z",
    "durationSeconds":93,"customerPhone":"(571) 830-8515","callerName":"Jane Doe",
    "summary":"Wants a visit.","recordingUrl":"https://r.test/7?sig=1"})";

TEST_F(WebhookTest, AFinishedCallIsKeptAnsweredAndSyncedAtOnce) {
    const auto answer = deliver(event(a_call));
    EXPECT_EQ(answer, (json{{"callId", "c_7"}, {"state", "pending"}}));
    wait(2s);
    ASSERT_THAT(town_.portal.calls(), SizeIs(1));
    EXPECT_THAT(property(0, "hs_call_body"), HasSubstr("Wants a visit."));
    const auto runs = town_.world.run(process_.ledger().runs(10));
    ASSERT_THAT(runs, SizeIs(1));
    const auto report = json::parse(runs.front());
    EXPECT_EQ(report.at("trigger"), "webhook");
    EXPECT_EQ(report.at("calls").at("fetched"), 1);
    EXPECT_EQ(report.at("calls").at("synced"), 1);
    EXPECT_EQ(report.at("requests").at("receptionist"), 0);
    EXPECT_EQ(deliver(event(a_call)).at("state"), "synced");
}

TEST_F(WebhookTest, WhatComesTwiceOrIsListedAsWellIsOneCall) {
    for (int i = 0; i < 3; ++i) deliver(event(a_call));
    wait(2s);
    town_.site.publish(a_call);
    process_.sync(last_week(town_));
    deliver(event(a_call));
    wait(2s);
    EXPECT_THAT(town_.portal.calls(), SizeIs(1));
}

// A listing takes long, and what webhooks bring is synced between its requests.
TEST_F(WebhookTest, WhatComesAgainDuringAListingIsOneCall) {
    town_.publish_calls(120, 1h);  // two pages
    Process process{town_, {.look_interval = 1ms, .webhook_secrets = {"shared"}}};
    admin::Admin admin{{.access = {Secret{"a token of the admin"}}},
                       {{"main", "US", process.service()}},
                       town_.world,
                       town_.log};
    process.sync();
    const auto unlisted = R"({"id":"c_700","callTimestamp":"2026-11-23T08:00:00Z",
        "customerPhone":"(571) 830-8515"})";
    const auto deliver_soon = [&] {
        const auto body = event(unlisted);
        asio::co_spawn(town_.world.executor(),
                       admin.answer({{.method = "POST",
                                      .url = "/webhooks/goodcall",
                                      .headers = signature_of(body),
                                      .body = body},
                                     "203.0.113.9"}),
                       [](std::exception_ptr, const HttpResponse&) {});
    };
    // Of forty days, each of the two steps begins with two pages of new calls; the first then has
    // one page of its own.
    int pages = 0;
    bool is_first_creation = true;
    town_.network.set_faults([&](const HttpRequest& request) {
        const bool lists = request.url.contains("/v0/calls");
        if (lists && ++pages > 2) deliver_soon();
        const bool comes_late =
            request.url.ends_with("/calls/batch/create") && std::exchange(is_first_creation, false);
        if (!comes_late) return sim::Fault::none();
        return sim::Fault{.there = 38s, .ending = sim::Fault::Ending::silent};
    });
    bridge::Order order;
    order.since = town_.world.now() - 40 * 24h;
    wait(5min);
    town_.world.run(process.service().run(order, 0ms));
    wait(5min);
    EXPECT_FALSE(is_first_creation);
    EXPECT_EQ(town_.portal.calls().size(), 121U);
}

TEST_F(WebhookTest, APresignedAddressIsNoChange) {
    deliver(event(a_call));
    wait(2s);
    const auto writes = town_.portal.writes();
    auto record = json::parse(a_call);
    record["recordingUrl"] = "https://r.test/7?sig=2";
    deliver(event(record.dump()));
    wait(2s);
    EXPECT_EQ(town_.portal.writes(), writes);
}

TEST_F(WebhookTest, AnAnalysisUpdatesTheActivityAndALateEndOfTheCallDoesNotUndoIt) {
    auto end = json::parse(a_call);
    end["summary"] = "";
    auto analyzed = json::parse(a_call);
    analyzed["summary"] = "The analysis.";
    deliver(event(analyzed.dump(), "call_analyzed"));
    wait(2s);
    end["summary"] = "Not analyzed yet.";
    end["primaryAction"] = "Booked";
    deliver(event(end.dump(), "call_ended", -1min));
    wait(2s);
    ASSERT_THAT(town_.portal.calls(), SizeIs(1));
    EXPECT_THAT(property(0, "hs_call_body"), HasSubstr("The analysis."));
    EXPECT_THAT(property(0, "hs_call_title"), HasSubstr("Booked"));
}

TEST_F(WebhookTest, AnOlderEventNeverUndoesANewerOneAndWhatItLeavesOutStays) {
    auto newer = json::parse(a_call);
    newer["summary"] = "The newer one.";
    newer.erase("callerName");
    deliver(event(newer.dump(), "call_ended", 1min));
    deliver(event(a_call, "call_ended", 2min));  // while the row waits
    wait(2s);
    deliver(event(a_call, "call_ended", 3min));
    wait(2s);
    ASSERT_THAT(town_.portal.calls(), SizeIs(1));
    EXPECT_THAT(property(0, "hs_call_body"), HasSubstr("The newer one."));
    EXPECT_THAT(property(0, "hs_call_title"), HasSubstr("Jane Doe"));
}

TEST_F(WebhookTest, ARepeatedEventStillCountsAsNewAsItIs) {
    auto other = json::parse(a_call);
    other["summary"] = "In between.";
    deliver(event(a_call, "call_ended", 3min));
    deliver(event(a_call, "call_ended", 1min));
    wait(2s);
    deliver(event(other.dump(), "call_ended", 2min));
    wait(2s);
    EXPECT_THAT(property(0, "hs_call_body"), HasSubstr("Wants a visit."));
}

TEST_F(WebhookTest, WhatThePlatformListsWinsOverAnyEvent) {
    auto listed = json::parse(a_call);
    listed["summary"] = "As listed.";
    town_.site.publish(listed.dump());
    process_.sync(last_week(town_));
    auto late = json::parse(a_call);
    late["primaryAction"] = "Booked";
    deliver(event(late.dump()));
    wait(2s);
    EXPECT_THAT(property(0, "hs_call_body"), HasSubstr("As listed."));
    EXPECT_THAT(property(0, "hs_call_title"), HasSubstr("Booked"));  // the listing left it out
}

TEST_F(WebhookTest, WithoutATimeTheLaterDeliveryIsNewer) {
    const auto timeless = [&](const std::string& summary) {
        auto record = json::parse(a_call);
        record["summary"] = summary;
        return json{{"event", "call_ended"}, {"call", record}}.dump();
    };
    deliver(timeless("First."));
    deliver(timeless("Second."));
    wait(2s);
    EXPECT_THAT(property(0, "hs_call_body"), HasSubstr("Second."));
}

TEST_F(WebhookTest, OtherEventsAreIgnored) {
    EXPECT_EQ(deliver(event(a_call, "call_started")), (json{{"state", "ignored"}}));
    wait(10s);
    EXPECT_THAT(town_.portal.calls(), IsEmpty());
}

TEST_F(WebhookTest, WhatIsNotProvenIsRefusedInWordsAndNotKept) {
    const auto body = event(a_call);
    const std::vector<Headers> forged{{our_name},
                                      signature_of(body, "guessed"),
                                      signature_of(body + " "),
                                      signature_of(body, "shared", 6min),
                                      signature_of(body, "shared", -6min)};
    for (const auto& headers : forged) {
        const auto response = deliver(body, headers);
        EXPECT_EQ(response.status, 401);
        EXPECT_EQ(error_of(response), "bad_signature");
    }
    // The signature is judged first.
    EXPECT_EQ(deliver("no json", {our_name}).status, 401);
    wait(10s);
    EXPECT_THAT(town_.world.run(process_.ledger().list({})).entries, IsEmpty());
    EXPECT_EQ(process_.push().events().at("bad_signature"), 6);
}

TEST_F(WebhookTest, WhatIsNoJsonObjectIsRefused) {
    for (const std::string body :
         {"", "{", "[]", "\"text\"", "7", "{\"a\":\"\xE9\"}", "\xFF\xFE{\0}\0"}) {
        const auto response = deliver(body, signature_of(body));
        EXPECT_EQ(response.status, 400) << body;
        EXPECT_EQ(error_of(response), "not_json");
    }
}

TEST_F(WebhookTest, WhatIsSignedAndNotUnderstoodIsKeptForAPerson) {
    auto answer = deliver(R"({"event":"call_ended","call":{"id":"c_9"}})");
    EXPECT_EQ(answer, (json{{"callId", "c_9"}, {"state", "parked"}}));
    EXPECT_EQ(deliver(R"({"kind":"of another time"})").at("state"), "parked");
    EXPECT_EQ(deliver(R"({"event":"call_ended","record":{}})").at("state"), "parked");
    const auto entry = town_.world.run(process_.ledger().find("c_9"));
    ASSERT_TRUE(entry);
    EXPECT_THAT(entry->reason, HasSubstr("no valid time"));
    EXPECT_THAT(entry->raw, HasSubstr("c_9"));
}

TEST_F(WebhookTest, WhatWasNotUnderstoodIsReadAgainByACorrectedProfileAndIsAsOldAsItWas) {
    const auto moved = [&](const std::string& summary, Milliseconds ago) {
        auto sent = json::parse(event(a_call, "call_ended", ago));
        auto& record = sent["call"];
        record["summary"] = summary;
        record["startedAt"] = record["callTimestamp"];
        record.erase("callTimestamp");
        return sent.dump();
    };
    EXPECT_EQ(deliver(moved("The newer one.", 1min)).at("state"), "parked");
    auto elsewhere = json::parse(event(a_call));
    elsewhere["call"]["id"] = "c_8";
    elsewhere["record"] = elsewhere["call"];
    elsewhere.erase("call");
    EXPECT_EQ(deliver(elsewhere.dump()).at("state"), "parked");
    auto options = pushed();
    options.change_profile = [](receptionist::Profile& profile) {
        using receptionist::parse_json_path;
        profile.mapping.called_at.source.paths = {*parse_json_path("$.callTimestamp"),
                                                  *parse_json_path("$.startedAt")};
        profile.webhook->record = {*parse_json_path("$.call"), *parse_json_path("$.record")};
        profile.text_hash = "corrected";
    };
    Process corrected{town_, options};
    admin::Admin admin{{.access = {}, .lock_wait = 10s},
                       {{"main", "US", corrected.service()}},
                       town_.world,
                       town_.log};
    corrected.sync(last_week(town_));
    EXPECT_THAT(town_.portal.calls(), SizeIs(2));
    const auto late = moved("The older one.", 2min);
    town_.world.run(admin.answer({{.method = "POST",
                                   .url = "/webhooks/goodcall",
                                   .headers = signature_of(late),
                                   .body = late},
                                  "203.0.113.9"}));
    wait(2s);
    const auto entry = town_.world.run(corrected.ledger().find("c_7"));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->call.summary, "The newer one.");
}

TEST_F(WebhookTest, RefusalsDoNotFillTheLog) {
    const auto lines = [&] {
        return std::ranges::count(town_.log.lines, "webhook_refused", &sim::Notebook::Line::event);
    };
    for (int i = 0; i < 50; ++i) deliver("{}", {our_name});
    EXPECT_EQ(lines(), 1);
    wait(10s);
    deliver("{}", {our_name});
    EXPECT_EQ(lines(), 2);
    EXPECT_EQ(process_.push().events().at("bad_signature"), 51);
}

TEST_F(WebhookTest, ItIsOpenToAllAndNothingElseIs) {
    const auto body = event(a_call);
    EXPECT_EQ(deliver("", {our_name}, "/calls", "GET").status, 401);
    EXPECT_EQ(deliver("", {our_name}, "/webhooks/goodcall", "GET").status, 405);
    EXPECT_EQ(deliver(body, signature_of(body), "/webhooks/goodcall/main").status, 200);
    for (const std::string path :
         {"/webhooks/goodcall/other", "/webhooks/retell", "/webhooks/retell/main"}) {
        EXPECT_EQ(deliver(body, signature_of(body), path).status, 404) << path;
    }
}

TEST_F(WebhookTest, WithoutASecretNothingIsAccepted) {
    Process silent{town_};
    admin::Admin admin{{.access = {}, .lock_wait = 10s},
                       {{"main", "US", silent.service()}},
                       town_.world,
                       town_.log};
    const auto body = event(a_call);
    EXPECT_EQ(town_.world
                  .run(admin.answer({{.method = "POST",
                                      .url = "/webhooks/goodcall",
                                      .headers = signature_of(body, ""),
                                      .body = body},
                                     "203.0.113.9"}))
                  .status,
              404);
}

TEST_F(WebhookTest, OfSeveralBridgesOfAPlatformOneMustBeNamed) {
    Town other_town{2};
    Process other{other_town, pushed()};
    admin::Admin admin{{.access = {}, .lock_wait = 10s},
                       {{"north", "US", process_.service()}, {"south", "US", other.service()}},
                       town_.world,
                       town_.log};
    const auto body = event(a_call);
    const auto ask = [&](const std::string& path) {
        return town_.world
            .run(admin.answer(
                {{.method = "POST", .url = path, .headers = signature_of(body), .body = body},
                 "203.0.113.9"}))
            .status;
    };
    EXPECT_EQ(ask("/webhooks/goodcall"), 404);
    EXPECT_EQ(ask("/webhooks/goodcall/north"), 200);
}

TEST_F(WebhookTest, WhatWaitedAtAStopGoesOnAtTheNextStartWithoutASchedule) {
    town_.network.set_faults([](const HttpRequest&) { return sim::Fault{.leaves = false}; });
    deliver(event(a_call));
    town_.network.set_faults({});
    Process next{town_, {.interval = 0ms, .webhook_secrets = {"shared"}}};
    asio::co_spawn(town_.world.executor(1), next.service().keep_carrying(),
                   [](std::exception_ptr) {});
    wait(3min);
    EXPECT_THAT(town_.portal.calls(), SizeIs(1));
    town_.world.kill(1);
}

TEST_F(WebhookTest, ACallThatIsCarriedDoesNotHideThatTheLastListingFailed) {
    town_.network.set_faults(unreachable(site_origin));
    auto& service = process_.service();
    town_.world.run(service.run({}, 0ms));
    EXPECT_THAT(service.not_ready(), ElementsAre(HasSubstr("could not be reached")));
    deliver(event(a_call));
    wait(1min);
    EXPECT_THAT(town_.portal.calls(), SizeIs(1));
    EXPECT_THAT(service.not_ready(), ElementsAre(HasSubstr("could not be reached")));
    town_.network.set_faults({});
    wait(1h);  // before the next login
    town_.world.run(service.run({}, 0ms));
    EXPECT_THAT(service.not_ready(), IsEmpty());
}

TEST_F(WebhookTest, ACallThatIsCarriedDoesNotHideThatTheLastListingBrokeOff) {
    auto& service = process_.service();
    town_.network.set_faults([](const HttpRequest& request) -> sim::Fault {
        if (request.url.starts_with(site_origin)) throw std::runtime_error{"disk full"};
        return sim::Fault::none();
    });
    EXPECT_THROW(town_.world.run(service.run({}, 0ms)), std::runtime_error);
    deliver(event(a_call));
    wait(1min);
    EXPECT_THAT(town_.portal.calls(), SizeIs(1));
    EXPECT_THAT(service.not_ready(), ElementsAre(HasSubstr("failed unexpectedly")));
    town_.network.set_faults({});
    town_.world.run(service.run({}, 0ms));
    EXPECT_THAT(service.not_ready(), IsEmpty());
}

// It has no listing that could fail, and none that would follow.
TEST_F(WebhookTest, ByPushAloneWhatFailedIsOverOnceACallIsCarried) {
    Process alone{town_,
                  {.email = "", .password = "", .interval = 0ms, .webhook_secrets = {"shared"}}};
    admin::Admin admin{{.access = {}, .lock_wait = 10s},
                       {{"main", "US", alone.service()}},
                       town_.world,
                       town_.log};
    const auto body = event(a_call);
    town_.world.run(admin.answer({{.method = "POST",
                                   .url = "/webhooks/goodcall",
                                   .headers = signature_of(body),
                                   .body = body},
                                  "203.0.113.9"}));
    town_.network.set_faults(unreachable(hubspot_origin));
    bridge::Order carries;
    carries.lists = false;
    town_.world.run(alone.service().run({}, 1min));
    EXPECT_THAT(alone.service().not_ready(), SizeIs(1));
    town_.network.set_faults({});
    town_.world.run(alone.service().run(carries, 1min));
    EXPECT_THAT(alone.service().not_ready(), IsEmpty());
}

TEST_F(WebhookTest, ACallThatIsCarriedDoesNotHideThatNothingIsListedAnyMore) {
    auto& service = process_.service();
    town_.world.run(service.run({}, 0ms));
    wait(59min);
    deliver(event(a_call));
    wait(5min);
    EXPECT_THAT(town_.portal.calls(), SizeIs(1));
    EXPECT_THAT(service.errors(), ElementsAre(HasSubstr("is not read yet")));
    town_.world.run(service.run({}, 0ms));
    EXPECT_THAT(service.errors(), IsEmpty());
}

TEST_F(WebhookTest, ByPushAloneNothingIsAskedOfTheReceptionistAndNobodyComplains) {
    Town town{3};
    Process alone{town, {.email = "", .password = "", .webhook_secrets = {"shared"}}};
    EXPECT_EQ(alone.sync().ending, bridge::Ending::done);
    const std::vector<api::Served> served{{"main", "US", alone.service()}};
    EXPECT_THAT(town.world.run(api::reasons_not_ready(&served)), SizeIs(1));  // no sync yet
    const auto report = town.world.run(alone.service().run({}, 0ms));
    EXPECT_EQ(report->ending, bridge::Ending::done);
    EXPECT_THAT(town.world.run(api::reasons_not_ready(&served)), IsEmpty());
    EXPECT_THAT(alone.service().errors(), IsEmpty());
    EXPECT_EQ(town.site.requests(), 0);
}

// --- Where only a call's id is proven ------------------------------------------------------------

class UnprovenTest : public WebhookTest {
  protected:
    // The site has no detail of its own: its list of one stands in.
    static void only_the_id_is_signed(receptionist::Profile& profile) {
        using receptionist::parse_json_path;
        profile.webhook =
            Webhook{.signatures = {{.headers = {"Signature"}, .covers = "${record.id}"}},
                    .record = {*parse_json_path("$.call")}};
        profile.webhook_detail =
            receptionist::Detail{.request = {.method = "GET", .path = "/v0/calls/${record.id}"},
                                 .record = *parse_json_path("$.call")};
    }
    json send_id(const std::string& id) {
        const auto body =
            R"({"call":{"id":")" + id + R"(","summary":"Invented.","customerPhone":"+1555"}})";
        const auto digest = sim::FakeVault{}.hmac_sha256("shared", id);
        const auto response = town_.world.run(
            unproven_admin_.answer({{.method = "POST",
                                     .url = "/webhooks/goodcall",
                                     .headers = {our_name, {"Signature", hex(digest)}},
                                     .body = body},
                                    "203.0.113.9"}));
        EXPECT_EQ(response.status, 200) << response.body;
        return json::parse(response.body);
    }
    void answer_details_with(std::function<HttpResponse()> answer) {
        town_.network.mount(site_origin, [this, answer](const HttpRequest& request, UtcTime now) {
            return request.url.contains("/v0/calls/") ? answer() : town_.site.answer(request, now);
        });
    }

    Process unproven_{town_,
                      {.change_profile = only_the_id_is_signed, .webhook_secrets = {"shared"}}};
    admin::Admin unproven_admin_{{.access = {}, .lock_wait = 10s},
                                 {{"main", "US", unproven_.service()}},
                                 town_.world,
                                 town_.log};
};

TEST_F(UnprovenTest, TheCallIsAskedForAndNothingElseIsBelieved) {
    answer_details_with([] { return json_response(200, R"({"call":)" + a_call + "}"); });
    EXPECT_EQ(send_id("c_7").at("state"), "pending");
    wait(2s);
    ASSERT_THAT(town_.portal.calls(), SizeIs(1));
    EXPECT_THAT(property(0, "hs_call_body"), HasSubstr("Wants a visit."));
}

TEST_F(UnprovenTest, AnIdThatThePlatformDoesNotKnowIsIgnored) {
    answer_details_with([] { return json_response(404, "{}"); });
    EXPECT_EQ(send_id("c_7"), (json{{"state", "ignored"}}));
    answer_details_with([] { return json_response(200, R"({"call":null})"); });
    EXPECT_EQ(send_id("c_7"), (json{{"state", "ignored"}}));
    EXPECT_THAT(town_.world.run(unproven_.ledger().list({})).entries, IsEmpty());
}

TEST_F(UnprovenTest, WhileThePlatformDoesNotAnswerTheCallWaits) {
    answer_details_with([] { return json_response(500, "{}"); });
    EXPECT_EQ(send_id("c_7"), (json{{"callId", "c_7"}, {"state", "pending"}}));
    wait(1min);
    auto entry = town_.world.run(unproven_.ledger().find("c_7"));
    EXPECT_TRUE(entry->not_before);
    EXPECT_THAT(entry->reason, HasSubstr("500"));
    answer_details_with([] { return json_response(200, R"({"call":)" + a_call + "}"); });
    wait(1h);
    unproven_.sync();
    ASSERT_THAT(town_.portal.calls(), SizeIs(1));
    EXPECT_THAT(property(0, "hs_call_body"), HasSubstr("Wants a visit."));
}

TEST_F(UnprovenTest, ACallThatTurnsOutToBeUnknownIsDismissed) {
    answer_details_with([] { return json_response(500, "{}"); });
    send_id("c_7");
    wait(1min);
    answer_details_with([] { return json_response(404, "{}"); });
    wait(1h);
    unproven_.sync();
    const auto entry = town_.world.run(unproven_.ledger().find("c_7"));
    EXPECT_EQ(entry->stage, ledger::Stage::dismissed);
    EXPECT_EQ(entry->reason, "the platform does not know this call");
}

}  // namespace
}  // namespace ringbridge::tests
