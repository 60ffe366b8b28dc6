// `ringbridge probe`: what works and what does not, for whoever sets ringbridge up.
#include "cli/commands.hpp"
#include "cli/engine.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"
#include "cli/wait.hpp"

#include <filesystem>
#include <iostream>

namespace ringbridge::cli {
namespace {

// To look must not leave a ledger behind that was not there.
runtime::Settings reading_only(runtime::Settings settings) {
    if (!std::filesystem::exists(settings.database_path)) settings.database_path = ":memory:";
    return settings;
}

}  // namespace

int probe(const Options& options, const runtime::Settings& settings,
          receptionist::Profile profile) {
    asio::io_context loop{1};
    Engine engine{reading_only(settings), std::move(profile)};
    const auto found = wait_for(loop, engine.bridge().probe());
    std::cout << (options.json ? encode_probe(found) + '\n' : probe_text(found)) << std::flush;
    if (found.ending() == bridge::Ending::credentials_refused) return credentials_refused;
    return found.ending() == bridge::Ending::out_of_reach ? out_of_reach : done;
}

}  // namespace ringbridge::cli
