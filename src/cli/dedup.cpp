// The `dedup` commands: which contacts are one person, and their merging.
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"
#include "cli/stop_signals.hpp"
#include "cli/wait.hpp"
#include "core/stop.hpp"

#include <iostream>

namespace ringbridge::cli {
namespace {

void print(const Options& options, const bridge::DedupReport& report) {
    std::cout << (options.json ? encode_dedup(report) + '\n' : dedup_text(report)) << std::flush;
}

int preview(const Options& options, Plan plan) {
    asio::io_context loop{1};
    Engine engine{{std::move(plan)}};
    try {
        print(options, wait_for(loop, engine.worker().bridge().preview_duplicates()));
        return done;
    } catch (const CredentialsRefused& refused) {
        std::cerr << refused.what() << '\n';
        return credentials_refused;
    } catch (const OutOfReach& away) {
        std::cerr << away.what() << '\n';
        return out_of_reach;
    }
}

}  // namespace

int dedup(const Options& options, Plan plan) {
    if (options.dry_run) return preview(options, std::move(plan));
    asio::io_context loop{1};
    Engine engine{{std::move(plan)}};
    auto& service = engine.worker().service();
    const StopSignals signals{loop, engine.clock(), [&] {
                                  engine.log().info("stopping");
                                  service.stop();
                              }};
    const auto report = wait_unless_stopped(loop, service.sweep());
    if (!report) {
        std::cerr << "broken off; the next sweep takes up what was begun\n";
        return some_calls_failed;
    }
    print(options, *report);
    if (report->ending == bridge::Ending::credentials_refused) return credentials_refused;
    if (report->ending == bridge::Ending::out_of_reach) return out_of_reach;
    return report->converged() ? done : some_calls_failed;
}

int dedup_undo_data(const Options& options, Plan plan) {
    asio::io_context loop{1};
    Engine engine{{std::move(plan)}};
    const auto merge = wait_for(loop, engine.worker().ledger().find_merge(options.contact_id));
    if (!merge) {
        std::cerr << "this ledger knows of no contact " << options.contact_id
                  << " that ringbridge merged away\n";
        return wrong_usage;
    }
    std::cout << merge->snapshot << std::endl;
    return done;
}

}  // namespace ringbridge::cli
