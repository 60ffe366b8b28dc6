// A refusal of one call, contact or property does not affect the others.
#include "tests/flow/town.hpp"

#include <asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using bridge::CallResult;
using bridge::Ending;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

const std::string word = "SELECT";

std::string property(const auto& record, const std::string& name) {
    const auto found = record.properties.find(name);
    return found == record.properties.end() ? std::string{} : found->second;
}

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

HttpResponse page(int status) {
    return {.status = status,
            .headers = {{"Content-Type", "text/html"}},
            .body = "<html><body><h1>Request blocked</h1></body></html>"};
}

// developers.hubspot.com, "Error handling": the form of a refused value, here of a whole request.
HttpResponse refused_property(const std::string& name, const std::string& code) {
    const json row{{"isValid", false}, {"message", "no"}, {"error", code}, {"name", name}};
    return json_response(
        400, json{{"status", "error"},
                  {"category", "VALIDATION_ERROR"},
                  {"message", "Property values were not valid: " + json::array({row}).dump()},
                  {"errors",
                   {{{"message", "no"}, {"code", code}, {"context", {{"propertyName", {name}}}}}}}}
                 .dump());
}

class Refusals : public testing::Test {
  protected:
    Refusals() {
        town_.network.set_faults([this](const HttpRequest& request) {
            ++asked_[request.url.substr(std::string_view{hubspot_origin}.size())];
            auto answer = refuse_ ? refuse_(request) : std::nullopt;
            if (!answer) return sim::Fault::none();
            return sim::Fault{.arrives = false, .instead = std::move(answer)};
        });
    }

    // One call per contact, with differing records if `change` is set.
    void publish(int calls, std::function<void(int, json&)> change = {}) {
        if (town_.workload.callers().empty()) {
            town_.workload.add_callers(static_cast<std::size_t>(calls),
                                       static_cast<std::size_t>(calls) / 2, town_.portal,
                                       town_.world.now() - 24h);
        }
        ++published_;
        for (int i = 0; i < calls; ++i) {
            const auto& caller = town_.workload.callers()[static_cast<std::size_t>(i)];
            auto planned = town_.workload.make_call(town_.world.now() - 10min + i * 1s);
            auto record = json::parse(planned.record);
            record["id"] = "c_" + std::to_string(published_) + '_' + std::to_string(i);
            record["customerPhone"] = caller.e164;
            record["callerName"] = caller.first_name + ' ' + caller.last_name;
            if (change) change(i, record);
            town_.site.publish(record.dump());
        }
    }

    static void with_word(int call, json& record) {
        if (call == 7) record["summary"] = "Wants to " + word + " another plan.";
    }

    // A firewall that blocks a word.
    void refuse_the_word(int status = 403, const std::string& path = "") {
        refuse_ = [=](const HttpRequest& request) {
            const bool refused = holds(request.url, path) && holds(request.body, word);
            return refused ? std::optional{page(status)} : std::nullopt;
        };
    }

    int updates() { return asked_["/crm/objects/2026-09/contacts/batch/update"]; }
    int asked(std::string_view part) const {
        int sum = 0;
        for (const auto& [url, times] : asked_) sum += holds(url, part) ? times : 0;
        return sum;
    }

    Town town_;
    std::function<std::optional<HttpResponse>(const HttpRequest&)> refuse_;
    std::map<std::string, int> asked_;
    int published_ = 0;
};

auto of_properties(std::string_view part) {
    return AllOf(Field(&bridge::ReportError::stage, "properties"),
                 Field(&bridge::ReportError::message, HasSubstr(std::string{part})));
}

TEST_F(Refusals, OfOneCallWith403EndNoRunAndKeepTheProtocol) {
    for (const int status : {403, 404, 405, 413, 414, 451}) {
        for (const auto api : {ActivityApi::calls, ActivityApi::engagements_v1}) {
            SCOPED_TRACE(std::to_string(status) + ' ' + to_string(api));
            const bool v1 = api == ActivityApi::engagements_v1;
            town_.portal.options().calls_scope = !v1;
            const auto before = town_.portal.calls().size();
            asked_.clear();
            Town fresh;
            publish(20, with_word);
            refuse_the_word(status);
            town_.ledger_file.remove();
            Process process{town_};
            auto order = bridge::Order{};
            order.since = town_.world.now() - 15min;
            const auto report = process.sync(order);
            EXPECT_EQ(report.ending, Ending::done);
            EXPECT_EQ(report.count(CallResult::synced), 19);
            EXPECT_EQ(report.count(CallResult::parked), 1);
            EXPECT_EQ(report.errors.front().message,
                      "HubSpot refused the activity: HTTP " + std::to_string(status));
            EXPECT_EQ(town_.portal.calls().size(), before + 19);
            if (!v1) EXPECT_EQ(asked("/engagements/v1"), 0);
            town_.world.run(town_.world.sleep(1h));
        }
    }
}

TEST_F(Refusals, OfOneChangeParkThatCallAndUpdateTheOthers) {
    for (const bool v1 : {false, true}) {
        SCOPED_TRACE(v1);
        town_.portal.options().calls_scope = !v1;
        town_.ledger_file.remove();
        Process process{town_};
        publish(20);
        process.sync();
        --published_;
        publish(20, [](int call, json& record) {
            record["summary"] = "Thought again. " + (call == 7 ? word : "");
        });
        refuse_the_word();
        const auto report = process.sync();
        EXPECT_EQ(report.ending, Ending::done);
        EXPECT_EQ(report.count(CallResult::replaced), 19);
        EXPECT_EQ(report.count(CallResult::parked), 1);
        if (!v1) EXPECT_EQ(asked("/engagements/v1"), 0);
        refuse_ = {};
        town_.world.run(town_.world.sleep(2h));
    }
}

TEST_F(Refusals, OfOneValueOfAStampLeaveOutOnlyThatValue) {
    publish(20, with_word);
    refuse_the_word(403, "contacts/batch/update");
    Process process{town_};
    const auto report = process.sync();
    EXPECT_EQ(report.ending, Ending::done);
    EXPECT_EQ(report.count(CallResult::synced), 20);
    EXPECT_THAT(report.errors, Contains(of_properties("goodcall_last_call_summary is left out")));
    int lacking = 0;
    for (const auto& contact : town_.portal.contacts()) {
        EXPECT_EQ(property(contact, "goodcall_call_count"), "1");
        EXPECT_NE(property(contact, "goodcall_last_call_id"), "");
        lacking += property(contact, "goodcall_last_call_summary").empty() ? 1 : 0;
    }
    EXPECT_EQ(lacking, 1);
    EXPECT_LE(updates(), 25);
}

TEST_F(Refusals, OfACallersNameCreateTheContactWithoutIt) {
    town_.workload.add_callers(20, 0, town_.portal, town_.world.now());
    publish(20, [](int call, json& record) {
        if (call == 7) record["callerName"] = word + " Smith";
    });
    refuse_the_word(403, "contacts/");
    const auto report = Process{town_}.sync();
    EXPECT_EQ(report.ending, Ending::done);
    EXPECT_EQ(report.count(CallResult::synced), 20);
    EXPECT_THAT(town_.portal.contacts(), SizeIs(20));
    EXPECT_LE(asked("contacts/batch/create"), 1 + 2 + 10 + 1);
}

TEST_F(Refusals, OfOneTaskBlockNoOther) {
    publish(20, [](int call, json& record) {
        record["transcript"] = nullptr;
        record["summary"] = nullptr;
        record["formResponses"] = nullptr;
        record["durationSeconds"] = 0;
        if (call == 7) record["callerName"] = word;
    });
    refuse_the_word(403, "tasks/batch/create");
    ProcessOptions options;
    options.follow_up_missed = true;
    const auto report = Process{town_, options}.sync();
    EXPECT_EQ(report.ending, Ending::done);
    EXPECT_EQ(town_.portal.tasks().size(), 19U);
    EXPECT_LE(asked("tasks/batch/create"), 20);
    EXPECT_EQ(report.count(CallResult::failed), 1);
}

// An HTML page in answer to the listing of properties.
TEST_F(Refusals, OfThePropertyListingAreRecoveredFrom) {
    Process process{town_};
    publish(3);
    bool refused = true;
    refuse_ = [&](const HttpRequest& request) {
        const bool lookup = request.method == "GET" && holds(request.url, "/crm/properties/");
        return refused && lookup ? std::optional{page(403)} : std::nullopt;
    };
    auto report = process.sync();
    EXPECT_EQ(report.ending, Ending::done);
    EXPECT_EQ(report.count(CallResult::failed), 3);
    EXPECT_THAT(report.errors, SizeIs(3));
    EXPECT_THAT(report.errors, Contains(of_properties("could not check")));
    EXPECT_TRUE(report.errors.front().retry_at.has_value());
    EXPECT_THAT(process.bridge().vitals().left_out, Contains(Key("goodcall_call_count")));
    refused = false;
    town_.world.run(town_.world.sleep(1h));
    report = process.sync();
    EXPECT_EQ(report.unfinished(), 0);
    EXPECT_THAT(process.bridge().vitals().left_out, IsEmpty());
    for (const auto& contact : town_.portal.contacts()) {
        EXPECT_EQ(property(contact, "goodcall_call_count"), "1");
    }
}

TEST_F(Refusals, OfAFixedPropertyAreForgottenWithinADay) {
    town_.portal.options().schema_write_scope = false;
    Process process{town_};
    publish(3);
    EXPECT_EQ(process.sync().count(CallResult::synced), 3);
    EXPECT_THAT(process.bridge().vitals().left_out, Contains(Key("goodcall_call_count")));
    EXPECT_EQ(property(town_.portal.contacts().front(), "goodcall_call_count"), "");
    town_.portal.options().schema_write_scope = true;
    town_.world.run(town_.world.sleep(24h));
    publish(3);
    process.sync();
    EXPECT_THAT(process.bridge().vitals().left_out, IsEmpty());
    EXPECT_EQ(property(town_.portal.contacts().front(), "goodcall_call_count"), "2");
}

TEST_F(Refusals, OfAPropertyAreForgottenWithTheNextSetup) {
    town_.portal.options().schema_write_scope = false;
    Process process{town_};
    publish(3);
    process.sync();
    town_.portal.options().schema_write_scope = true;
    town_.world.run(process.bridge().setup_properties());
    publish(3);
    process.sync();
    EXPECT_EQ(property(town_.portal.contacts().front(), "goodcall_call_count"), "2");
}

// A property that once cost 638 requests in each run.
class RefusedProperty : public Refusals {
  protected:
    RefusedProperty() {
        options_.form_properties = {{"Service address?", "no_such_property"},
                                    {"Service address?", "address"}};
    }
    bridge::Report expect_synced(Process& process) {
        publish(60);
        asked_.clear();
        auto report = process.sync();
        EXPECT_EQ(report.count(CallResult::synced), 60);
        EXPECT_THAT(report.errors, SizeIs(1));
        EXPECT_THAT(report.errors, Contains(of_properties("no_such_property is left out")));
        for (const auto& contact : town_.portal.contacts()) {
            EXPECT_EQ(property(contact, "goodcall_call_count"), std::to_string(published_));
            EXPECT_EQ(property(contact, "address"), "12 Oak St");
        }
        EXPECT_THAT(process.bridge().vitals().left_out, Contains(Key("no_such_property")));
        return report;
    }
    void refuse_updates_with_it(const HttpResponse& answer) {
        refuse_ = [answer](const HttpRequest& request) {
            const bool refused = holds(request.url, "contacts/batch/update") &&
                                 holds(request.body, "no_such_property");
            return refused ? std::optional{answer} : std::nullopt;
        };
    }

    ProcessOptions options_;
};

TEST_F(RefusedProperty, ThatIsNamedRowByRowCostsOneRequestADay) {
    Process process{town_, options_};
    expect_synced(process);
    EXPECT_EQ(updates(), 2);
    expect_synced(process);
    EXPECT_EQ(updates(), 1);
    // Across a restart, too.
    Process restarted{town_, options_};
    expect_synced(restarted);
    EXPECT_EQ(updates(), 1);
    town_.world.run(town_.world.sleep(24h));
    expect_synced(restarted);
    EXPECT_EQ(updates(), 2);
}

TEST_F(RefusedProperty, ThatIsNamedForAllCostsOneRequestADay) {
    refuse_updates_with_it(refused_property("no_such_property", "PROPERTY_DOESNT_EXIST"));
    Process process{town_, options_};
    expect_synced(process);
    EXPECT_EQ(updates(), 2);
    expect_synced(process);
    EXPECT_EQ(updates(), 1);
}

TEST_F(RefusedProperty, ThatIsNotNamedIsFoundByBisection) {
    refuse_updates_with_it(page(403));
    Process process{town_, options_};
    expect_synced(process);
    EXPECT_LE(updates(), 20);
    expect_synced(process);
    EXPECT_EQ(updates(), 1);
}

TEST_F(RefusedProperty, ThatIsReadOnlyIsLeftOut) {
    options_.form_properties = {{"Service address?", "hs_pipeline"}};
    Process process{town_, options_};
    publish(3);
    const auto report = process.sync();
    EXPECT_EQ(report.count(CallResult::synced), 3);
    EXPECT_THAT(process.bridge().vitals().left_out,
                Contains(Pair("hs_pipeline", HasSubstr("read-only"))));
}

TEST_F(RefusedProperty, WithOneRefusedValueKeepsTheOthers) {
    options_.form_properties = {{"E-mail?", "email"}};
    Process process{town_, options_};
    const auto with_email = [](int call, json& record) {
        const auto answer =
            call == 7 ? "jane at example" : "jane" + std::to_string(call) + "@a.com";
        record["formResponses"] = {{{"question", "E-mail?"}, {"answer", answer}}};
    };
    publish(20, with_email);
    auto report = process.sync();
    EXPECT_EQ(report.count(CallResult::synced), 20);
    EXPECT_THAT(report.errors, SizeIs(1));
    EXPECT_EQ(report.errors.front().call_id, "c_1_7");
    EXPECT_THAT(report.errors, Contains(of_properties("email is left out")));
    int with = 0;
    for (const auto& contact : town_.portal.contacts()) {
        with += property(contact, "email").empty() ? 0 : 1;
    }
    EXPECT_EQ(with, 19);
    // Health reports it without anybody's value.
    EXPECT_THAT(process.bridge().vitals().left_out,
                Contains(Pair("email", "HubSpot refused its value for 1 contact")));
    asked_.clear();
    publish(20, with_email);
    report = process.sync();
    EXPECT_EQ(updates(), 1);
    EXPECT_THAT(report.errors, Contains(of_properties("email is left out")));
}

class DeletedProperty : public RefusedProperty {
  protected:
    void ask(const std::string& method, const std::string& path, const std::string& body = "") {
        const auto answer = town_.portal.answer(
            {.method = method,
             .url = std::string{hubspot_origin} + path,
             .headers = {{"Authorization", "Bearer " + sim::PortalOptions{}.token},
                         {"Content-Type", "application/json"}},
             .body = body},
            town_.world.now());
        ASSERT_LT(answer.status, 300) << answer.body;
    }
    void remove(const std::string& property) {
        ask("DELETE", "/crm/properties/2026-09/contacts/" + property);
    }
    // One contact has a newer date than the ledger knows when the property is deleted, and all have
    // a further call that is older than that. Returns the date.
    std::string delete_a_newer_date(Process& process) {
        publish(3);
        process.sync();
        auto newer = format_utc(town_.world.now() - 30s);
        ask("PATCH", "/crm/objects/2026-09/contacts/" + town_.portal.contacts().front().id,
            json{{"properties", {{"goodcall_last_call_date", newer}}}}.dump());
        remove("goodcall_last_call_date");
        publish(3);
        return newer;
    }
    // The first one; `then`: as it is sent.
    void let_an_update_arrive_late(Milliseconds late, std::function<void()> then) {
        town_.network.set_faults([=, done = false](const HttpRequest& request) mutable {
            if (done || !holds(request.url, "contacts/batch/update")) return sim::Fault::none();
            done = true;
            then();
            return sim::Fault{.there = late, .ending = sim::Fault::Ending::silent};
        });
    }
    std::vector<std::string> dates() {
        std::vector<std::string> dates;
        for (const auto& contact : town_.portal.contacts()) {
            dates.push_back(property(contact, "goodcall_last_call_date"));
        }
        return dates;
    }
};

TEST_F(DeletedProperty, IsCreatedAgain) {
    Process process{town_};
    publish(3);
    process.sync();
    remove("goodcall_last_call_action");
    publish(3);
    const auto report = process.sync();
    EXPECT_EQ(report.count(CallResult::synced), 3);
    EXPECT_THAT(report.errors, IsEmpty());
    for (const auto& contact : town_.portal.contacts()) {
        EXPECT_NE(property(contact, "goodcall_last_call_action"), "");
        EXPECT_EQ(property(contact, "goodcall_call_count"), "2");
    }
}

// Another integration, or a merge of two synced contacts, has brought a newer date. While the
// property is missing nobody can see it.
TEST_F(DeletedProperty, WhoseOldValueIsNewerKeepsIt) {
    Process process{town_};
    const auto newer = delete_a_newer_date(process);
    const auto report = process.sync();
    EXPECT_EQ(report.count(CallResult::synced), 3);
    EXPECT_THAT(report.errors, IsEmpty());
    EXPECT_THAT(dates(), Contains(newer));
    EXPECT_THAT(dates(), Not(Contains("")));
}

// While the first one is created.
TEST_F(DeletedProperty, IsCreatedAgainAfterAnotherOne) {
    Process process{town_};
    publish(3);
    process.sync();
    publish(3);
    remove("goodcall_call_count");
    town_.network.set_faults([this, done = false](const HttpRequest& request) mutable {
        const bool creates =
            request.method == "POST" && request.url.ends_with("/properties/2026-09/contacts");
        if (creates && !std::exchange(done, true)) remove("goodcall_last_call_action");
        return sim::Fault::none();
    });
    const auto report = process.sync();
    EXPECT_EQ(report.count(CallResult::synced), 3);
    EXPECT_THAT(report.errors, IsEmpty());
    EXPECT_THAT(process.bridge().vitals().left_out, IsEmpty());
    for (const auto& contact : town_.portal.contacts()) {
        EXPECT_NE(property(contact, "goodcall_last_call_action"), "");
        EXPECT_EQ(property(contact, "goodcall_call_count"), "2");
    }
}

// By a request of a person's, while a run is in the middle of an update that lacks the value.
TEST_F(DeletedProperty, IsNotCreatedDuringARun) {
    Process process{town_};
    const auto newer = delete_a_newer_date(process);
    let_an_update_arrive_late(10s, [&] {
        asio::co_spawn(town_.world.executor(), process.service().setup_properties(1h),
                       [](std::exception_ptr, const auto& setup) { EXPECT_TRUE(setup); });
    });
    EXPECT_EQ(process.sync().unfinished(), 0);
    EXPECT_THAT(dates(), Contains(newer));
    EXPECT_THAT(dates(), Not(Contains("")));
}

TEST_F(DeletedProperty, IsNotCreatedWhileADeadRunsUpdateMayStillArrive) {
    std::string newer;
    {
        Process process{town_};
        newer = delete_a_newer_date(process);
        let_an_update_arrive_late(10s, [] {});
        asio::co_spawn(town_.world.executor(1), process.service().run({}, 0ms),
                       [](std::exception_ptr, const auto&) {});
        town_.world.run_until(town_.world.now() + 5s);
        town_.world.kill(1);
    }
    Process restarted{town_};
    EXPECT_TRUE(town_.world.run(restarted.service().setup_properties(1h)));
    town_.world.run(town_.world.sleep(1min));
    EXPECT_EQ(restarted.sync().unfinished(), 0);
    EXPECT_THAT(dates(), Contains(newer));
    EXPECT_THAT(dates(), Not(Contains("")));
}

}  // namespace
}  // namespace ringbridge::tests
