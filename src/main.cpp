// The program: command line, settings, profile, command.
#include "cli/bridge_config.hpp"
#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/exit_status.hpp"
#include "cli/options.hpp"
#include "cli/print.hpp"
#include "core/stop.hpp"
#include "core/version.hpp"
#include "runtime/process.hpp"

#include <iostream>

namespace ringbridge::cli {
namespace {

int refuse(const std::vector<runtime::SettingFault>& faults) {
    std::cerr << faults_text(faults);
    return wrong_usage;
}

int run(const Options& options) {
    if (options.command == Command::version) {
        std::cout << (options.json ? std::string{"{\"version\":\""} + version + "\"}\n"
                                   : std::string{"ringbridge "} + version + '\n');
        return done;
    }
    if (options.command == Command::sandbox) return sandbox(options);
    if (options.command == Command::learn) return learn(options);
    if (options.command == Command::ledger_copy) return ledger_copy(options);
    if (options.command == Command::config_example) return config_example(options);

    std::optional<std::string> file;
    if (options.config) {
        auto text = runtime::read_file(*options.config);
        if (!text) return refuse({{"--config", *options.config + ": " + text.error()}});
        file = std::move(*text);
    }
    const auto environment = runtime::process_environment();
    if (options.command == Command::config_check) return config_check(options, environment, file);
    auto configs = read_configs(environment, file);
    if (!configs) return refuse(configs.error());
    if (options.command == Command::serve) return serve(std::move(*configs));
    auto config = choose(std::move(*configs), options.bridge);
    if (!config) return refuse({config.error()});

    switch (options.command) {
        case Command::sync:
            return sync(options, std::move(*config));
        case Command::token_status:
            return token_status(options, std::move(*config));
        case Command::token_refresh:
            return token_refresh(options, std::move(*config));
        case Command::calls_list:
        case Command::calls_show:
        case Command::calls_retry:
        case Command::calls_dismiss:
        case Command::calls_assign:
        case Command::calls_forget:
            return calls(options, std::move(*config));
        case Command::dedup_undo_data:
            return dedup_undo_data(options, std::move(*config));
        case Command::dedup:
            return dedup(options, std::move(*config));
        case Command::probe:
            return probe(options, std::move(*config));
        default:
            return setup_properties(options, std::move(*config));
    }
}

}  // namespace
}  // namespace ringbridge::cli

int main(int argc, char** argv) {
    using namespace ringbridge::cli;
    ringbridge::runtime::leave_no_core_file();
    const auto options = read_options(argc, argv);
    if (!options) {
        (options.error().status == done ? std::cout : std::cerr) << options.error().text;
        return options.error().status;
    }
    try {
        return run(*options);
    } catch (const ringbridge::WrongSettings& wrong) {
        std::cerr << "ringbridge: " << wrong.what() << '\n';
        return wrong_usage;
    } catch (const ringbridge::CredentialsRefused& refused) {
        std::cerr << "ringbridge: " << refused.what() << '\n';
        return credentials_refused;
    } catch (const ringbridge::OutOfReach& away) {
        std::cerr << "ringbridge: " << away.what() << '\n';
        return out_of_reach;
    } catch (const std::exception& error) {
        // CannotStart says what to do. Anything else is a bug or a fault of the machine: the next
        // start continues from the ledger.
        std::cerr << "ringbridge: " << error.what() << '\n';
        return cannot_start;
    }
}
