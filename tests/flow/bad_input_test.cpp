// Bad input: unexpected records, HTML pages instead of JSON, refused credentials, a portal that
// fails on one call. In every case the other calls are synced.
#include "core/mapping.hpp"
#include "tests/flow/town.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using bridge::CallResult;
using bridge::Ending;
using nlohmann::json;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const HttpResponse maintenance{200,
                               {{"Content-Type", "text/html"}},
                               "<!DOCTYPE html><html><body>We'll be right back</body></html>"};

json record_of(const std::string& id, const std::string& phone = "+15718308515") {
    return {{"id", id}, {"callTimestamp", "2026-11-23T08:00:00Z"}, {"customerPhone", phone}};
}

std::string property(const sim::PortalCall& call, const char* name) {
    return call.properties.at(name);
}

std::map<std::string, sim::PortalCall> synced_calls(const Town& town) {
    std::map<std::string, sim::PortalCall> synced;
    for (const auto& call : town.portal.calls()) {
        const auto id = marked_id(property(call, "hs_call_body"));
        EXPECT_TRUE(synced.emplace(id.value_or("?"), call).second) << *id << " was synced twice";
    }
    return synced;
}

std::string last_message(const bridge::Report& report) {
    return report.errors.empty() ? "" : report.errors.back().message;
}

ledger::Entry entry_of(Town& town, Process& process, const CallId& id) {
    return town.world.run(process.ledger().find(id)).value();
}

std::vector<ledger::Entry> parked(Town& town, Process& process) {
    return town.world.run(process.ledger().list({.state = "parked"})).entries;
}

// --- The receptionist's side ---------------------------------------------------------------------

TEST(BadInput, AnHtmlPageInsteadOfJsonIsRetried) {
    Town town;
    town.workload.add_callers(2, 1, town.portal, town.world.now());
    town.publish_calls(3, 2h);
    town.site.fail_next(2, maintenance);
    const auto report = Process{town}.sync();
    EXPECT_EQ(report.ending, Ending::done);
    EXPECT_EQ(report.count(CallResult::synced), 3);
}

TEST(BadInput, AnHtmlPageThatStaysEndsTheRunAndTheNextOneSyncsTheCalls) {
    for (const bool logged_in : {false, true}) {
        Town town;
        town.workload.add_callers(2, 1, town.portal, town.world.now());
        Process process{town};
        if (logged_in) process.sync();
        town.publish_calls(3, 2h);
        town.site.fail_next(12, maintenance);
        const auto report = process.sync();
        EXPECT_EQ(report.ending, Ending::out_of_reach);
        ASSERT_THAT(report.errors, SizeIs(1));
        EXPECT_THAT(report.errors.front().message, HasSubstr("web page"));
        EXPECT_THAT(town.portal.calls(), SizeIs(0));
        town.world.run(town.world.sleep(2h));
        while (process.sync(last_week(town)).ending != Ending::done) {
            town.world.run(town.world.sleep(2h));
        }
        EXPECT_THAT(synced_calls(town), SizeIs(3));
    }
}

TEST(BadInput, AWindowWhoseSecondPageFailsIsReadInSinglePageParts) {
    Town town;
    town.workload.add_callers(20, 10, town.portal, town.world.now());
    town.publish_calls(250, 20h);
    Process process{town};
    process.sync({.since = town.world.now() - 1min});
    town.network.set_faults([](const HttpRequest& request) {
        return request.url.contains("page=2") ? sim::Fault::lose_answer() : sim::Fault::none();
    });
    EXPECT_EQ(process.sync(last_week(town)).ending, Ending::done);
    EXPECT_THAT(synced_calls(town), SizeIs(250));
    EXPECT_THAT(town.world.run(process.ledger().gaps()), testing::IsEmpty());
}

TEST(BadInput, AnInvalidRecordIsKeptRawAndTheOthersAreSynced) {
    Town town;
    const std::vector<std::string> broken{
        R"({"callTimestamp":"2026-11-23T08:00:00Z","customerPhone":"+15718308515"})",
        R"({"id":"c_soon","callTimestamp":"soon"})", R"({"id":"c_never"})", "42",
        R"(["not","a","call"])"};
    for (const auto& record : broken) town.site.publish(record);
    town.site.publish(record_of("c_1").dump());
    Process process{town};
    const auto report = process.sync();
    EXPECT_EQ(report.ending, Ending::done);
    EXPECT_EQ(report.fetched, 6);
    EXPECT_EQ(report.count(CallResult::synced), 1);
    EXPECT_EQ(report.count(CallResult::parked), 5);
    EXPECT_TRUE(synced_calls(town).contains("c_1"));
    std::vector<std::string> kept;
    for (const auto& entry : parked(town, process)) {
        kept.push_back(entry.raw);
        EXPECT_NE(entry.reason, "");
    }
    EXPECT_THAT(kept, testing::UnorderedElementsAreArray(broken));
    EXPECT_EQ(entry_of(town, process, "c_soon").raw, broken[1]);
    const auto again = process.sync();
    EXPECT_EQ(again.count(CallResult::parked), 5);
    EXPECT_THAT(parked(town, process), SizeIs(5)) << "each is kept once";
}

TEST(BadInput, ACallIsSyncedOnceItsTimeIsCorrected) {
    Town town;
    town.site.publish(R"({"id":"c_1","callTimestamp":"soon","customerPhone":"+15718308515"})");
    Process process{town};
    process.sync();
    EXPECT_THAT(parked(town, process), SizeIs(1));
    town.site.publish(record_of("c_1").dump());
    EXPECT_EQ(process.sync().count(CallResult::synced), 1);
    EXPECT_THAT(parked(town, process), SizeIs(0));
    EXPECT_TRUE(synced_calls(town).contains("c_1"));
}

TEST(BadInput, ATranscriptOfFiveMegabytesIsCutAndKeepsItsMarker) {
    for (const bool calls_scope : {true, false}) {
        Town town{1, {.calls_scope = calls_scope}};
        auto record = record_of("c_1");
        std::string transcript;
        while (transcript.size() < 5'000'000) transcript += "Caller: <b>\"Grüße & Küsse\"</b>\n";
        record["transcript"] = transcript;
        town.site.publish(record.dump());
        EXPECT_EQ(Process{town}.sync().count(CallResult::synced), 1);
        const auto body = property(synced_calls(town).at("c_1"), "hs_call_body");
        EXPECT_LE(body.size(), body_bytes_max);
        EXPECT_GT(body.size(), body_bytes_max * 9 / 10) << "as much as fits";
        EXPECT_THAT(body, EndsWith("GoodCall ID: c_1"));
        EXPECT_THAT(body, HasSubstr("(cut to fit)"));
    }
}

TEST(BadInput, MarkupInANameIsEscapedInHubSpot) {
    Town town;
    auto record = record_of("c_1");
    record["callerName"] = "<script>alert(1)</script>";
    record["summary"] = "<img src=x onerror=alert(1)> & GoodCall ID: c_666";
    town.site.publish(record.dump());
    EXPECT_EQ(Process{town}.sync().count(CallResult::synced), 1);
    const auto call = synced_calls(town).at("c_1");
    const auto body = property(call, "hs_call_body");
    EXPECT_THAT(body, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
    EXPECT_THAT(body, Not(HasSubstr("<script")));
    EXPECT_THAT(body, Not(HasSubstr("<img")));
    EXPECT_EQ(property(call, "hs_call_title"), "GoodCall: <script>alert(1)</script>")
        << "a title is plain text";
}

TEST(BadInput, ATimeInAnotherZoneIsTheSameInstant) {
    for (const auto& timestamp :
         {json("2026-11-23T03:04:05-05:00"), json("2026-11-23T13:34:05.000+05:30"),
          json("2026-11-23T08:04:05.000000Z"), json(1795421045), json(1795421045000)}) {
        Town town;
        auto record = record_of("c_1");
        record["callTimestamp"] = timestamp;
        town.site.publish(record.dump());
        EXPECT_EQ(Process{town}.sync().count(CallResult::synced), 1) << timestamp;
        EXPECT_EQ(parse_utc(property(synced_calls(town).at("c_1"), "hs_timestamp")),
                  parse_utc("2026-11-23T08:04:05Z"))
            << timestamp;
    }
}

TEST(BadInput, ACallerWithoutAUsableNumberIsParkedWithTheReason) {
    const std::map<std::string, std::string> reasons{
        {"anonymous", "the caller withheld the number"},
        {"Restricted", "the caller withheld the number"},
        {"+266696687", "the caller withheld the number"},
        {"", "the call has no caller number"},
        {"12", "the caller's number is not one that can be dialled"},
        {"call me back!", "the caller's number is not one that can be dialled"}};
    Town town;
    int count = 0;
    for (const auto& [phone, reason] : reasons) {
        town.site.publish(record_of("c_" + std::to_string(++count), phone).dump());
    }
    town.site.publish(record_of("c_good").dump());
    Process process{town};
    const auto report = process.sync();
    EXPECT_EQ(report.ending, Ending::done);
    EXPECT_EQ(report.count(CallResult::parked), 6);
    EXPECT_EQ(report.count(CallResult::synced), 1);
    count = 0;
    for (const auto& [phone, reason] : reasons) {
        EXPECT_EQ(entry_of(town, process, CallId{"c_" + std::to_string(++count)}).reason, reason)
            << phone;
    }
    EXPECT_THAT(town.portal.contacts(), SizeIs(1));
}

TEST(BadInput, ARefusedPasswordIsTriedOnce) {
    Town town;
    town.site.publish(record_of("c_1").dump());
    Process process{town, {.password = "wrong"}};
    for (int run = 0; run < 3; ++run) {
        const auto report = process.sync();
        EXPECT_EQ(report.ending, Ending::credentials_refused);
        ASSERT_THAT(report.errors, SizeIs(1));
        EXPECT_THAT(report.errors.front().message, Not(HasSubstr("wrong")));
        town.world.run(town.world.sleep(5min));
    }
    EXPECT_EQ(town.site.logins(), 1);
    EXPECT_EQ(town.portal.writes(), 0);
}

// --- HubSpot's side ------------------------------------------------------------------------------

TEST(BadInput, AWrongHubSpotTokenEndsTheRunAndTheRightOneContinues) {
    Town town;
    town.site.publish(record_of("c_1").dump());
    const auto report = Process{town, {.hubspot_token = "pat-na1-wrong"}}.sync();
    EXPECT_EQ(report.ending, Ending::credentials_refused);
    EXPECT_THAT(last_message(report), HasSubstr("HUBSPOT_TOKEN"));
    EXPECT_THAT(last_message(report), Not(HasSubstr("pat-na1-wrong")));
    Process right{town};
    EXPECT_EQ(right.sync().count(CallResult::synced), 1);
    EXPECT_TRUE(synced_calls(town).contains("c_1"));
}

// Whichever request gets it first: neither says anything about a row.
TEST(BadInput, ARedirectOrAProxyLoginEndsTheRunAndParksNothing) {
    for (const int status : {302, 407}) {
        for (const auto* path : {"/contacts/search", "/contacts/batch/create",
                                 "/calls/batch/create", "/engagements", "/contacts/batch/update"}) {
            Town town{1, {.calls_scope = std::string_view{path} != "/engagements"}};
            town.workload.add_callers(3, 1, town.portal, town.world.now());
            town.publish_calls(6, 2h);
            town.network.set_faults([&](const HttpRequest& request) {
                if (!request.url.ends_with(path)) return sim::Fault::none();
                return sim::Fault{.arrives = false, .instead = HttpResponse{status, {}, ""}};
            });
            Process process{town};
            const auto began = town.world.now();
            const auto report = process.sync();
            EXPECT_EQ(report.ending, Ending::out_of_reach) << path;
            EXPECT_THAT(last_message(report),
                        HasSubstr(status == 407 ? "HTTPS_PROXY" : "HUBSPOT_BASE_URL"));
            EXPECT_LE(town.world.now() - began, 10s) << path;
            EXPECT_THAT(parked(town, process), SizeIs(0)) << path;
            town.network.set_faults({});
            town.world.run(town.world.sleep(1min));
            EXPECT_EQ(process.sync().ending, Ending::done);
            EXPECT_THAT(synced_calls(town), SizeIs(6)) << path;
        }
    }
}

// Puts the same cursor into every page of this list.
void repeat_cursor(Town& town, const std::string& path, int& pages) {
    town.network.mount(hubspot_origin, [&, path](const HttpRequest& request, UtcTime now) {
        auto response = town.portal.answer(request, now);
        if (!request.url.contains(path) || response.status >= 300) return response;
        ++pages;
        auto body = json::parse(response.body);
        const json next{{"next", {{"after", "7"}}}};
        body["paging"] = next;
        body["hasMore"] = true;
        body["offset"] = 7;
        for (auto& result : body.at("results")) {
            if (result.contains("from")) result["paging"] = next;
        }
        response.body = body.dump();
        return response;
    });
}

TEST(BadInput, AHubSpotListThatDoesNotEndStopsTheRunWithAMessage) {
    for (const auto* path :
         {"/contacts/search", "/associations/", "/engagements/associated/CONTACT/"}) {
        Town town{1, {.calls_scope = !std::string_view{path}.starts_with("/engagements")}};
        town.workload.add_callers(3, 3, town.portal, town.world.now());
        const auto planned = town.publish_calls(6, 2h);
        Process{town}.sync();
        town.ledger_file.remove();  // so that existing activities are looked up
        // A search that already shows who has the number stops there.
        if (std::string_view{path}.ends_with("/search")) {
            town.site.publish(R"({"id":"c_new","callTimestamp":")" +
                              format_utc(town.world.now() - 1h) +
                              R"(","customerPhone":"+17035550123"})");
        }
        int pages = 0;
        repeat_cursor(town, path, pages);
        const auto report = Process{town}.sync();
        EXPECT_EQ(report.ending, Ending::out_of_reach) << path;
        EXPECT_THAT(last_message(report), HasSubstr("does not end")) << path;
        EXPECT_LE(pages, 12) << path;
        EXPECT_THAT(synced_calls(town), SizeIs(6));
    }
}

TEST(BadInput, AContactListThatDoesNotEndBlocksNoBacklogAndEndsADuplicateSearch) {
    Town town{1};
    town.workload.add_callers(20, 20, town.portal, town.world.now() - 24h);
    town.publish_calls(60, 2h);
    int pages = 0;
    repeat_cursor(town, "/contacts?limit=", pages);
    Process process{town};
    EXPECT_EQ(process.sync().count(CallResult::synced), 60);
    EXPECT_EQ(pages, 2);
    const auto report = town.world.run(process.service().dedup());
    EXPECT_EQ(report.ending, Ending::out_of_reach);
    EXPECT_THAT(report.errors.back().message, HasSubstr("does not end"));
    EXPECT_EQ(pages, 4);
}

TEST(BadInput, APortalOtherThanTheAllowedOneIsNeverWrittenTo) {
    Town town;
    town.site.publish(record_of("c_1").dump());
    Process process{town, {.portal_id = "87654321"}};
    for (int run = 0; run < 2; ++run) {
        const auto report = process.sync();
        EXPECT_EQ(report.ending, Ending::credentials_refused);
        EXPECT_THAT(last_message(report), HasSubstr("87654321"));
    }
    EXPECT_EQ(town.portal.writes(), 0);
    EXPECT_EQ(Process(town, {.portal_id = "12345678"}).sync().count(CallResult::synced), 1);
}

TEST(BadInput, WithoutTheSchemaScopeCallsAreSyncedWithoutAStamp) {
    Town town{1, {.schema_write_scope = false}};
    town.workload.add_callers(4, 2, town.portal, town.world.now());
    town.publish_calls(8, 2h);
    const auto report = Process{town}.sync();
    EXPECT_EQ(report.ending, Ending::done);
    EXPECT_EQ(report.count(CallResult::synced), 8);
    EXPECT_THAT(synced_calls(town), SizeIs(8));
    for (const auto& contact : town.portal.contacts()) {
        for (const auto& [name, value] : contact.properties) {
            EXPECT_THAT(name, Not(StartsWith("goodcall")));
        }
    }
}

// A portal that answers 500 to every write that contains this word: it fails on one call's data.
void choke_on(Town& town, std::string path_part) {
    town.network.mount(hubspot_origin, [&town, path_part](const HttpRequest& request, UtcTime now) {
        if (request.url.contains(path_part) && request.body.contains("poison")) {
            return HttpResponse{500, {}, "<html>internal error</html>"};
        }
        return town.portal.answer(request, now);
    });
}

// Runs on schedule, for hours.
void run_for_hours(Town& town, Process& process) {
    for (int run = 0; run < 12; ++run) {
        process.sync(last_week(town));
        town.world.run(town.world.sleep(15min));
    }
}

// Forty calls and one more. Returns how many contacts there should be.
std::size_t publish_poisoned(Town& town, const char* member) {
    town.workload.add_callers(20, 5, town.portal, town.world.now() - 24h);
    std::set<std::size_t> unknown;
    for (const auto& call : town.publish_calls(40, 5h)) {
        if (town.workload.callers()[call.caller].contact_id.empty()) unknown.insert(call.caller);
    }
    auto record = record_of("c_poison", "+13055550142");
    record[member] = "poison";
    town.site.publish(record.dump());
    return 5 + unknown.size() + 1;
}

void expect_only_the_poisoned_call_failed(Town& town, Process& process) {
    EXPECT_THAT(town.world.run(process.ledger().count_by_state()),
                ElementsAre(testing::Pair("dismissed", 0), testing::Pair("failed", 1),
                            testing::Pair("parked", 0), testing::Pair("pending", 0),
                            testing::Pair("synced", 40)));
    const auto entry = entry_of(town, process, "c_poison");
    EXPECT_THAT(entry.reason, Not(testing::IsEmpty()));
    EXPECT_TRUE(entry.not_before.has_value());
}

void expect_all_synced_once_fixed(Town& town, Process& process, std::size_t contacts) {
    choke_on(town, "nowhere");
    run_for_hours(town, process);
    EXPECT_EQ(town.world.run(process.ledger().count_by_state()).at("synced"), 41);
    EXPECT_THAT(synced_calls(town), SizeIs(41));
    EXPECT_EQ(town.portal.contacts().size(), contacts);
}

TEST(BadInput, AnActivityThatHubSpotFailsOnDoesNotBlockTheOthers) {
    for (const bool calls_scope : {true, false}) {
        Town town{3, {.calls_scope = calls_scope}};
        const auto contacts = publish_poisoned(town, "transcript");
        choke_on(town, calls_scope ? "/calls" : "/engagements");
        Process process{town};
        run_for_hours(town, process);
        expect_only_the_poisoned_call_failed(town, process);
        EXPECT_THAT(synced_calls(town), SizeIs(40));
        expect_all_synced_once_fixed(town, process, contacts);
    }
}

TEST(BadInput, AContactThatHubSpotFailsOnDoesNotBlockTheOthers) {
    Town town{3};
    const auto contacts = publish_poisoned(town, "callerName");
    choke_on(town, "/contacts/batch/create");
    Process process{town};
    run_for_hours(town, process);
    expect_only_the_poisoned_call_failed(town, process);
    EXPECT_EQ(synced_calls(town).size(), 40U);
    expect_all_synced_once_fixed(town, process, contacts);
}

TEST(BadInput, AStampThatHubSpotFailsOnDoesNotBlockTheOthers) {
    Town town{3};
    const auto contacts = publish_poisoned(town, "summary");
    choke_on(town, "/contacts/batch/update");
    Process process{town};
    run_for_hours(town, process);
    expect_only_the_poisoned_call_failed(town, process);
    EXPECT_THAT(synced_calls(town), SizeIs(41)) << "its activity exists, its stamp does not";
    expect_all_synced_once_fixed(town, process, contacts);
}

}  // namespace
}  // namespace ringbridge::tests
