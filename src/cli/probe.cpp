// `ringbridge probe`: what works and what does not, for those who set ringbridge up.
#include "api/probe_view.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"
#include "cli/wait.hpp"

#include <filesystem>
#include <iostream>

namespace ringbridge::cli {
namespace {

// A probe must not create a ledger.
BridgeConfig reading_only(BridgeConfig config) {
    auto& settings = config.settings;
    const bool is_file = settings.database_url.empty();
    if (is_file && !std::filesystem::exists(settings.database_path)) {
        settings.database_path = ":memory:";
    }
    return config;
}

}  // namespace

int probe(const Options& options, BridgeConfig config) {
    asio::io_context loop{1};
    Engine engine{{reading_only(std::move(config))}};
    const auto found = wait_for(loop, engine.worker().bridge().probe());
    std::cout << (options.json ? api::probe_view(found) + '\n' : probe_text(found)) << std::flush;
    return status_of(found.ending());
}

}  // namespace ringbridge::cli
