#include "tests/simulation/simulation.hpp"

#include "api/dedup_views.hpp"
#include "tests/simulation/drifting_site.hpp"
#include "tests/simulation/machine.hpp"
#include "tests/simulation/network_path.hpp"
#include "tests/simulation/operator.hpp"
#include "tests/simulation/people.hpp"
#include "tests/simulation/sender.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;

// Without further faults: an hour for what waits (a login that failed, the last retry), another for
// the re-read of the last day, which finds late calls, and the run after it.
constexpr Milliseconds longest_calm = 5h;

// The last day is re-read every hour, in the next run.
constexpr Milliseconds longest_until_reread = 2h;

class Simulation {
  public:
    explicit Simulation(Scenario scenario, bool keep_story);

    void run();
    Outcome outcome() const;

  private:
    void watch_health();
    void come_to_rest();
    void let_run_end();
    void let_dedup_end();
    void dedup_to_the_end();
    void expect_rest();
    void lose_ledger_and_relearn();
    std::string unfinished();
    void judge_logins();
    void judge_reports();
    static void judge_report(const nlohmann::json& report);
    static void expect_sum(std::string_view what, int reported, int true_count, bool all);
    [[noreturn]] static void broken(std::string promise, std::string seen) {
        throw Violation{std::move(promise), std::move(seen)};
    }

    Setting setting_;
    NetworkPath network_path_;
    Callers callers_;
    Duplicates duplicates_;
    Witness witness_;
    People people_;
    Machine machine_;
    Operator operator_;
    Sender sender_;
    DriftingSite drifting_site_;
    /// The requests that the bridge sent, whether they arrived or not.
    struct {
        int hubspot = 0, receptionist = 0;
    } sent_;
    std::optional<double> requests_to_relearn_;
};

Simulation::Simulation(Scenario scenario, bool keep_story)
    : setting_{std::move(scenario), keep_story},
      network_path_{setting_},
      callers_{setting_},
      duplicates_{setting_},
      witness_{setting_, callers_, duplicates_},
      people_{setting_, witness_},
      machine_{setting_, witness_, duplicates_},
      operator_{setting_, callers_, witness_},
      sender_{setting_, machine_},
      drifting_site_{setting_, callers_, machine_} {
    setting_.send_event = [this](std::string record, bool insists) {
        sender_.send(std::move(record), insists);
    };
    setting_.network.set_faults([this](const HttpRequest& request) {
        ++(request.url.starts_with(tests::hubspot_origin) ? sent_.hubspot : sent_.receptionist);
        if (is_write(request)) {
            machine_.see_write();
            operator_.see_write();
            callers_.see_write();
        }
        return network_path_.fault_of(request);
    });
    setting_.network.mount(tests::site_origin, [this](const HttpRequest& request, UtcTime now) {
        return setting_.site.answer(request, now);
    });
    setting_.network.mount(tests::hubspot_origin, [this](const HttpRequest& request, UtcTime now) {
        auto response = setting_.portal.answer(request, now);
        setting_.note(
            "hubspot",
            fmt::format("{} {} -> {} {:016x}", request.method,
                        request.url.substr(std::string_view{tests::hubspot_origin}.size()),
                        response.status, digest_of(response.body, digest_of(request.body))));
        witness_.see_request(request, response);
        return response;
    });
}

void Simulation::run() {
    watch_health();
    (void)setting_.injects(Disturber::address_signed, 1000);  // from the first listing on
    (void)setting_.injects(Disturber::token_rotated, 1000);
    setting_.world.run_until(setting_.world.now() + setting_.scenario.span);
    setting_.calm();
    setting_.note("world", "is calm");
    machine_.settle();
    come_to_rest();
    if (setting_.scenario.disturbers.contains(Disturber::deduplicated)) dedup_to_the_end();
    witness_.judge_end();
    judge_reports();
    judge_logins();
    expect_rest();
    // A new ledger would sync what was dismissed, and not know which contact took over a number.
    if (setting_.scenario.loses_ledger_at_the_end && !witness_.has_dismissed_calls() &&
        !witness_.has_merged_away()) {
        lose_ledger_and_relearn();
    }
}

// Every few minutes, until the world ends.
void Simulation::watch_health() {
    setting_.world.at(setting_.world.now() + 10min, [this] {
        watch_health();
        machine_.ask_ledger([this](const std::vector<ledger::Entry>& entries) {
            const bool healthy = machine_.is_healthy();
            if (healthy && !drifting_site_.is_misread()) witness_.judge_health(entries);
        });
    });
}

void Simulation::come_to_rest() {
    const auto give_up_at = setting_.world.now() + longest_calm;
    // A pending change does not show in the activity of a call whose newest version is unknown or
    // that HubSpot refuses.
    const auto has = [&](Disturber disturber) {
        return setting_.scenario.disturbers.contains(disturber);
    };
    const bool changes = has(Disturber::record_changed) || has(Disturber::number_corrected);
    const bool hidden = setting_.scenario.may_forget() || has(Disturber::record_refused);
    if ((changes && hidden) || drifting_site_.has_drifted()) {
        setting_.world.run_until(setting_.world.now() + longest_until_reread);
    }
    for (std::string waiting = "the first run"; !waiting.empty(); waiting = unfinished()) {
        if (setting_.world.now() >= give_up_at) broken("calls end up in HubSpot", waiting);
        setting_.world.run_until(setting_.world.now() + setting_.scenario.interval);
    }
    let_run_end();
}

void Simulation::let_dedup_end() {
    const auto give_up_at = setting_.world.now() + longest_calm;
    while (machine_.is_deduplicating()) {
        if (setting_.world.now() >= give_up_at) broken("dedup ends", "it does not end");
        setting_.world.run_until(setting_.world.now() + 1min);
    }
}

// Undisturbed, one pass merges everything that may be merged.
void Simulation::dedup_to_the_end() {
    let_dedup_end();
    setting_.note("operator", "has all duplicates merged");
    auto& process = machine_.process();
    const auto report = setting_.world.run(process.service().dedup());
    if (!report.converged()) broken("dedup merges all it can", api::dedup_view(report));
    const auto left = setting_.world.run(process.bridge().preview_duplicates());
    if (left.duplicates() > 0) broken("one dedup pass is enough", api::dedup_view(left));
    let_run_end();
}

// The requests of a run in progress are in no report yet.
void Simulation::let_run_end() {
    const auto sent = [&] { return sent_.hubspot + sent_.receptionist; };
    int before = -1;
    while (before != sent()) {
        before = sent();
        setting_.world.run_until(setting_.world.now() + 1min);
    }
}

// What is; empty: nothing.
std::string Simulation::unfinished() {
    if (!machine_.diary().worker_error().empty()) {
        broken("a run ends in its report", machine_.diary().worker_error());
    }
    if (const auto call = witness_.call_not_synced()) return *call + " is not synced";
    if (machine_.is_down()) return "no process runs";
    const auto counts = setting_.world.run(machine_.process().ledger().count_by_state());
    const auto settled = counts.at("synced") + counts.at("parked") + counts.at("dismissed");
    // A record that never had an id is a row for each form in which a drifting site lists it.
    const bool all_there = drifting_site_.has_drifted() ? settled >= callers_.published()
                                                        : settled == callers_.published();
    if (!all_there) return fmt::format("{} of {} calls", settled, callers_.published());
    const auto waiting = counts.at("pending") + counts.at("failed");
    return waiting == 0 ? "" : fmt::format("{} calls wait", waiting);
}

void Simulation::expect_rest() {
    const auto writes = setting_.portal.writes();
    setting_.world.run_until(setting_.world.now() + setting_.scenario.interval + 5min);
    if (setting_.portal.writes() != writes) {
        broken("the bridge comes to rest", "a further run wrote something");
    }
}

void Simulation::lose_ledger_and_relearn() {
    setting_.note("person", "deletes the ledger");
    const auto writes = setting_.portal.writes();
    const auto requests = setting_.portal.requests();
    machine_.lose_ledger();
    setting_.world.run_until(setting_.world.now() + 25min);
    const auto waiting = unfinished();
    if (!waiting.empty()) broken("a lost ledger is relearned", waiting);
    // A contact that a person merged has the stamp of either contact until somebody corrects it.
    const bool makes_properties = setting_.times_injected(Disturber::property_deleted) > 0;
    // A caller whose search is refused is found after all if a backlog makes it list the contacts.
    const bool finds_callers = setting_.times_injected(Disturber::search_refused) > 0;
    const bool may_write = witness_.has_merge_by_hand() || makes_properties || finds_callers;
    if (setting_.portal.writes() != writes && !may_write) {
        broken("a lost ledger costs reads only", "something was written again");
    }
    const auto asked = setting_.portal.requests() - requests;
    requests_to_relearn_ = static_cast<double>(asked) / std::max(1, callers_.published());
}

// The reports of the ledger's runs match what was done. A killed run left no report.
void Simulation::judge_reports() {
    auto listed = setting_.world.run(machine_.process().ledger().list({.limit = 1000}));
    for (const auto& entry : listed.entries) {
        if (entry.stage == ledger::Stage::parked && entry.reason.empty()) {
            broken("nothing is parked without a reason", entry.call.id.text);
        }
    }
    struct {
        int synced = 0, created = 0, hubspot = 0, receptionist = 0;
    } reported;
    for (const auto& text : setting_.world.run(machine_.process().ledger().runs(10'000))) {
        const auto report = nlohmann::json::parse(text);
        judge_report(report);
        reported.synced += report["calls"]["synced"].get<int>();
        reported.created += report["contacts"]["created"].get<int>();
        reported.hubspot += report["requests"]["hubspot"].get<int>();
        reported.receptionist += report["requests"]["receptionist"].get<int>();
    }
    const bool all = !machine_.ever_disturbed();
    // Dedup has its own report.
    const bool deduplicated = setting_.scenario.disturbers.contains(Disturber::deduplicated);
    const bool asked = setting_.injected.contains(Disturber::admin_asked);
    // A contact whose creation was in doubt may show only after another one with the number, or its
    // call, was taken or has another number; or never, where HubSpot refuses to search for it.
    const bool all_contacts = all && !setting_.injected.contains(Disturber::person_adds) &&
                              !setting_.injected.contains(Disturber::search_refused) &&
                              !setting_.injected.contains(Disturber::call_dismissed) &&
                              !setting_.injected.contains(Disturber::number_given) &&
                              !setting_.injected.contains(Disturber::number_corrected) &&
                              !deduplicated;
    expect_sum("calls", reported.synced, static_cast<int>(setting_.portal.calls().size()), all);
    expect_sum("contacts", reported.created, witness_.contacts_made(), all_contacts);
    expect_sum("requests to HubSpot", reported.hubspot, sent_.hubspot,
               all && !deduplicated && !asked);
    expect_sum("requests to the receptionist", reported.receptionist, sent_.receptionist,
               all && !asked);
}

// One for each ended session, if nothing else can lose a session or hide its end.
void Simulation::judge_logins() {
    static constexpr std::array others{Disturber::site_fault,     Disturber::site_down,
                                       Disturber::killed,         Disturber::power_lost,
                                       Disturber::second_process, Disturber::clock_set,
                                       Disturber::admin_asked,    Disturber::replicas};
    const bool lost_otherwise =
        setting_.scenario.may_forget() || std::ranges::any_of(others, [&](Disturber other) {
            return setting_.scenario.disturbers.contains(other);
        });
    if (lost_otherwise || setting_.scenario.site.token_life < 24h * 7) return;
    const auto most = 1 + setting_.times_injected(Disturber::token_revoked) +
                      setting_.times_injected(Disturber::session_ended);
    if (setting_.site.logins() > most) {
        broken("one login for each session that ended",
               fmt::format("{} logins, {} sessions", setting_.site.logins(), most));
    }
}

// Each listed call has a result, and each failure a reason.
void Simulation::judge_report(const nlohmann::json& report) {
    const auto& calls = report["calls"];
    int results = 0;
    for (const auto* result : {"synced", "skipped", "replaced", "parked", "failed"}) {
        results += calls[result].get<int>();
    }
    if (results < calls["fetched"].get<int>()) broken("the reports add up", report.dump());
    if (calls["failed"] > 0 && report["errors"].empty()) {
        broken("a report gives its reasons", report.dump());
    }
}

void Simulation::expect_sum(std::string_view what, int reported, int true_count, bool all) {
    if (reported > true_count || (all && reported < true_count)) {
        broken("the reports add up",
               fmt::format("they report {} {}, there were {}", reported, what, true_count));
    }
}

Outcome Simulation::outcome() const {
    return {.digest = setting_.story.digest(),
            .story = setting_.story.lines(),
            .injected = setting_.injected,
            .events = machine_.diary().events(),
            .calls = callers_.published(),
            .requests = setting_.portal.requests(),
            .requests_to_relearn = requests_to_relearn_};
}

}  // namespace

Outcome simulate(std::uint64_t seed, const Cut& cut, bool keep_story) {
    Simulation simulation{draw_scenario(seed, cut), keep_story};
    std::optional<Violation> violation;
    try {
        simulation.run();
    } catch (Violation& found) {
        violation = std::move(found);
    }
    auto outcome = simulation.outcome();
    outcome.violation = std::move(violation);
    return outcome;
}

}  // namespace ringbridge::simulation
