// `ringbridge probe`: what works and what does not, for those who set ringbridge up.
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
    auto& path = config.settings.database_path;
    if (!std::filesystem::exists(path)) path = ":memory:";
    return config;
}

}  // namespace

int probe(const Options& options, BridgeConfig config) {
    asio::io_context loop{1};
    Engine engine{{reading_only(std::move(config))}};
    const auto found = wait_for(loop, engine.worker().bridge().probe());
    std::cout << (options.json ? encode_probe(found) + '\n' : probe_text(found)) << std::flush;
    if (found.ending() == bridge::Ending::credentials_refused) return credentials_refused;
    return found.ending() == bridge::Ending::out_of_reach ? out_of_reach : done;
}

}  // namespace ringbridge::cli
