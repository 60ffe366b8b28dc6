// The `dedup` commands: finding contacts that are one person, and merging them.
#include "api/dedup_views.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "cli/report_stop.hpp"
#include "cli/stop_signals.hpp"
#include "cli/wait.hpp"
#include "runtime/process.hpp"

#include <iostream>

namespace ringbridge::cli {
namespace {

void print(const Options& options, const bridge::DedupReport& report) {
    std::cout << (options.csv    ? api::plan_csv(report)
                  : options.json ? api::dedup_view(report) + '\n'
                                 : dedup_text(report))
              << std::flush;
}

int preview(const Options& options, BridgeConfig config) {
    asio::io_context loop{1};
    Engine engine{{std::move(config)}};
    const auto found =
        wait_for(loop, bridge::until_stopped(engine.worker().bridge().preview_duplicates()));
    if (!found) return report_stop(found.error());
    print(options, *found);
    return done;
}

std::expected<std::vector<DuplicateGroup>, std::string> read_edited_plan(const std::string& path) {
    const auto text = runtime::read_file(path);
    if (!text) return std::unexpected{text.error()};
    auto groups = api::decode_plan(*text);
    if (groups) return std::move(*groups);
    const auto& [where, why] = groups.error();
    return std::unexpected{where.empty() ? why : where + ": " + why};
}

Task<std::string> dedup_progress(std::shared_ptr<const bridge::DedupReport> report,
                                 Milliseconds since_start) {
    if (report == nullptr || report->plan.empty()) co_return "reading the account's contacts";
    co_return bar("duplicates done", report->merged + report->left_out + report->deferred,
                  report->duplicates(), since_start);
}

}  // namespace

int dedup(const Options& options, BridgeConfig config) {
    if (options.dry_run) return preview(options, std::move(config));
    std::optional<std::vector<DuplicateGroup>> edited;
    if (!options.approved.empty()) {
        auto groups = read_edited_plan(options.approved);
        if (!groups) {
            std::cerr << options.approved << ": " << groups.error() << '\n';
            return wrong_usage;
        }
        edited = std::move(*groups);
    }
    asio::io_context loop{1};
    Engine engine{{std::move(config)}};
    auto& service = engine.worker().service();
    const StopSignals signals{loop, engine.clock(), [&] {
                                  engine.log().info("stopping");
                                  service.stop();
                              }};
    const auto report = [&] {
        const Progress progress{
            loop, engine.clock(), [&, begun = engine.clock().now()]() -> Task<std::string> {
                return dedup_progress(service.last_dedup(), engine.clock().now() - begun);
            }};
        return wait_unless_stopped(loop, service.dedup(std::move(edited)));
    }();
    if (!report) {
        std::cerr << "stopped; the next dedup continues where this one ended\n";
        return some_calls_failed;
    }
    print(options, *report);
    if (report->ending != bridge::Ending::done) return status_of(report->ending);
    return report->converged() ? done : some_calls_failed;
}

int dedup_undo_data(const Options& options, BridgeConfig config) {
    asio::io_context loop{1};
    Engine engine{{std::move(config)}};
    const auto merge =
        wait_for(loop, engine.worker().ledger().find_merge(ContactId{options.contact_id}));
    if (!merge) {
        std::cerr << "this ledger has no contact " << options.contact_id
                  << " that ringbridge merged away\n";
        return wrong_usage;
    }
    std::cout << merge->snapshot << std::endl;
    return done;
}

}  // namespace ringbridge::cli
