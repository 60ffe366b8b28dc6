// `ringbridge dedup`: which contacts are one person.
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"
#include "cli/wait.hpp"
#include "core/stop.hpp"

#include <iostream>

namespace ringbridge::cli {

int dedup(const Options& options, Plan plan) {
    if (!options.dry_run) {
        std::cerr << "this version shows what it would merge, and merges nothing yet: "
                     "ringbridge dedup --dry-run\n";
        return wrong_usage;
    }
    asio::io_context loop{1};
    Engine engine{{std::move(plan)}};
    try {
        const auto report = wait_for(loop, engine.worker().bridge().preview_duplicates());
        std::cout << (options.json ? encode_dedup(report) + '\n' : dedup_text(report))
                  << std::flush;
        return done;
    } catch (const CredentialsRefused& refused) {
        std::cerr << refused.what() << '\n';
        return credentials_refused;
    } catch (const OutOfReach& away) {
        std::cerr << away.what() << '\n';
        return out_of_reach;
    }
}

}  // namespace ringbridge::cli
