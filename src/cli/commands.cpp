#include "cli/commands.hpp"

#include "admin/responses.hpp"
#include "api/requests.hpp"
#include "api/views.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "cli/report_stop.hpp"
#include "cli/stop_signals.hpp"
#include "cli/target_account.hpp"
#include "cli/wait.hpp"
#include "core/network.hpp"
#include "core/stop.hpp"
#include "runtime/http_front.hpp"
#include "runtime/ledger_thread.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>

namespace ringbridge::cli {
namespace {

int outcome_of(const bridge::Report& report) {
    if (report.ending != bridge::Ending::done) return status_of(report.ending);
    return report.unfinished() > 0 || !report.refused.empty() ? some_calls_failed : done;
}

/// The service, and the engine as soon as its ledger is open.
struct Serving {
    asio::io_context loop{1};
    runtime::SystemClock clock;
    std::unique_ptr<Engine> engine;
    std::string waits_for;  ///< why there is no engine yet
    std::shared_ptr<BodyCounts> webhook_bodies = std::make_shared<BodyCounts>();
    std::unique_ptr<runtime::HttpFront> front;
};

// A graceful stop: a run ends before its next round, open requests get their responses.
Task<> wind_down(Serving* serving) {
    using namespace std::chrono_literals;
    const auto has_run_in_hand = [](Worker& worker) { return worker.service().has_run_in_hand(); };
    auto& [loop, clock, engine, waits_for, webhook_bodies, front] = *serving;
    if (!engine) {
        loop.stop();
        co_return;
    }
    engine->log().info("stopping");
    front->stop();
    for (auto& worker : engine->workers()) worker.service().stop();
    while (front->has_request_in_hand() ||
           std::ranges::any_of(engine->workers(), has_run_in_hand)) {
        co_await clock.sleep(20ms);
    }
    co_await engine->leave();
    loop.stop();
}

void warn_of_unsealed_login(Log& log, const runtime::Settings& settings) {
    if (!settings.token_key.empty()) return;
    log.warn("token_key_unset",
             {{"effect", "the receptionist's token is stored unsealed in the ledger file"}});
}

void warn_of_missing_admin_token(Log& log, const runtime::Settings& settings) {
    if (!settings.admin_token.empty()) return;
    std::string effect = "the admin API answers only requests from this machine";
    if (!is_this_machine(settings.host)) {
        effect +=
            "; HOST is reachable from elsewhere, and what a local reverse proxy passes on without "
            "a "
            "forwarding header counts as this machine: contacts are not merged and activities not "
            "replaced over HTTP";
    }
    log.warn("admin_token_unset", {{"effect", std::move(effect)}});
}

void start(asio::io_context& loop, Worker& worker) {
    const auto& settings = worker.settings();
    // Several are named by their settings, and ask HubSpot for nothing before there is a call.
    if (settings.bridges == 1) asio::co_spawn(loop, log_target_account(&worker), rethrow);
    if (settings.sync_interval.count() > 0) {
        asio::co_spawn(loop, worker.service().keep_running(), rethrow);
    } else if (worker.receptionist().can_list()) {
        asio::co_spawn(loop, worker.service().log_in(settings.sync_lock_wait), rethrow);
    }
    if (worker.push().is_on()) {
        asio::co_spawn(loop, worker.service().keep_carrying(), rethrow);
    }
}

Task<HttpResponse> answer_before_start(std::string waits_for, InboundRequest request) {
    const auto path = request.http.url.substr(0, request.http.url.find('?'));
    if (path == "/health") {
        co_return json_response(
            200, api::health_view({.status = "starting", .reasons = {waits_for}, .last_sync = {}}));
    }
    if (path == "/ready") co_return json_response(503, api::ready_view({waits_for}));
    co_return admin::error_response(503, "ledger_out_of_reach", waits_for);
}

// On a thread of its own: a database that does not answer takes seconds to be given up.
Task<> open_engine(Serving* serving, runtime::LedgerThread* opener,
                   std::vector<BridgeConfig> configs) {
    using namespace std::chrono_literals;
    const auto& settings = configs.front().settings;
    runtime::StderrLog log{serving->clock, settings.log_level, settings.log_format,
                           settings.log_pii};
    while (!serving->engine) {
        try {
            co_await opener->run([&] {
                serving->engine = std::make_unique<Engine>(configs, serving->webhook_bodies);
            });
        } catch (const LedgerOutOfReach& away) {
            if (serving->waits_for.empty()) {
                log.warn("waiting_for_ledger",
                         {{"port", std::to_string(serving->front->port())}, {"why", away.what()}});
            }
            serving->waits_for = away.what();
        }
        if (!serving->engine) co_await serving->clock.sleep(1s);
    }
}

Task<> begin(Serving* serving, runtime::LedgerThread* opener, std::vector<BridgeConfig> configs) {
    co_await open_engine(serving, opener, std::move(configs));
    auto& engine = *serving->engine;
    const auto& settings = engine.worker().settings();
    engine.log().info("serving",
                      {{"host", settings.host}, {"port", std::to_string(serving->front->port())}});
    warn_of_missing_admin_token(engine.log(), settings);
    warn_of_unsealed_login(engine.log(), settings);
    co_await engine.check_ledger();  // so that the first bridges are here
    asio::co_spawn(serving->loop, engine.watch_ledger(), rethrow);
    for (auto& worker : engine.workers()) start(serving->loop, worker);
}

}  // namespace

int serve(std::vector<BridgeConfig> configs) {
    Serving serving;
    runtime::LedgerThread opener;
    const auto& settings = configs.front().settings;
    serving.front = std::make_unique<runtime::HttpFront>(
        serving.loop, settings.host, settings.port,
        [&serving](InboundRequest request) {
            if (!serving.engine) return answer_before_start(serving.waits_for, std::move(request));
            return serving.engine->answer(std::move(request));
        },
        runtime::FrontLimits{.large_bodies_at = std::string{admin::webhooks_at},
                             .large_bodies = serving.webhook_bodies});
    const StopSignals signals{serving.loop, serving.clock,
                              [&] { asio::co_spawn(serving.loop, wind_down(&serving), rethrow); }};
    asio::co_spawn(serving.loop, begin(&serving, &opener, std::move(configs)), rethrow);
    serving.loop.run();
    if (serving.engine) serving.engine->log().info("stopped");
    return done;
}

namespace {

// `before`: how many were done at the first call, which sets it.
Task<std::string> count_calls(Worker* worker, std::optional<int>* before,
                              Milliseconds since_start) {
    if (const auto why = worker->client().waits_for(); !why.empty()) {
        co_return "waiting for HubSpot: " + why;
    }
    const auto counts = co_await worker->ledger().count_by_state();
    const auto done = static_cast<int>(counts.at("synced"));
    const auto open = static_cast<int>(counts.at("pending") + counts.at("failed"));
    if (!*before) *before = done;
    const int done_now = done - before->value_or(done);
    if (done_now + open == 0) co_return "reading the list of calls";
    co_return bar("calls in HubSpot", done_now, done_now + open, since_start);
}

auto read_order(const Options& options, UtcTime now) {
    return api::read_order({.since = given(options.since),
                            .until = given(options.until),
                            .replace_activities = options.replace_activities,
                            .dry_run = options.dry_run,
                            .dashes = "--"},
                           now);
}

int print_result(const std::optional<bridge::Report>& report, bool as_json,
                 const runtime::Settings& settings) {
    if (!report) {
        std::cerr << "another run holds the lock on " << settings.database_path
                  << "; try again when it is done\n";
        return already_running;
    }
    if (as_json) {
        std::cout << encode_report(*report) << std::endl;
    } else {
        std::cout << report_text(*report) << std::flush;
    }
    return outcome_of(*report);
}

}  // namespace

int sync(const Options& options, BridgeConfig config) {
    asio::io_context loop{1};
    Engine engine{{std::move(config)}};
    auto& worker = engine.worker();
    const auto order = read_order(options, engine.clock().now());
    if (!order) {
        std::cerr << order.error() << '\n';
        return wrong_usage;
    }
    warn_of_unsealed_login(engine.log(), worker.settings());
    const StopSignals signals{loop, engine.clock(), [&] {
                                  engine.log().info("stopping");
                                  worker.service().stop();
                              }};
    std::optional<int> done_before;
    const auto begun = engine.clock().steady();
    const auto ended = [&] {
        std::optional<Progress> progress;
        if (!options.dry_run) {
            progress.emplace(loop, engine.clock(), [&] {
                return count_calls(&worker, &done_before, engine.clock().steady() - begun);
            });
        }
        return wait_unless_stopped(loop, worker.service().run(*order, Milliseconds{0}));
    }();
    if (!ended) {
        std::cerr << "stopped before the calls in progress were done; the next run continues with "
                     "them\n";
        return some_calls_failed;
    }
    return print_result(*ended, options.json, worker.settings());
}

int setup_properties(const Options& options, BridgeConfig config) {
    asio::io_context loop{1};
    Engine engine{{std::move(config)}};
    const auto ended = wait_for(loop, engine.worker().service().setup_properties(Milliseconds{0}));
    if (!ended) {
        std::cerr << "a run holds the lock on " << engine.worker().settings().database_path
                  << " and creates missing properties itself; try again when it is done\n";
        return already_running;
    }
    if (!*ended) return report_stop(ended->error());
    const auto& setup = **ended;
    std::cout << (options.json ? api::setup_view(setup) + '\n' : setup_text(setup)) << std::flush;
    if (setup.missing.empty()) return done;
    if (!options.json) {
        std::cerr << "give the token the scope crm.schemas.contacts.write\n";
    }
    return credentials_refused;
}

}  // namespace ringbridge::cli
