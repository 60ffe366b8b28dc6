// The program, as one straight list: command line, settings, profile, command.
#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/engine.hpp"
#include "cli/exit_status.hpp"
#include "cli/options.hpp"
#include "cli/print.hpp"
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
    if (options.command == Command::config_example) return config_example(options);

    std::optional<std::string> file;
    if (options.config) {
        auto text = runtime::read_file(*options.config);
        if (!text) return refuse({{"--config", *options.config + ": " + text.error()}});
        file = std::move(*text);
    }
    const auto environment = runtime::process_environment();
    if (options.command == Command::config_check) return config_check(options, environment, file);
    auto settings = runtime::read_settings(environment, file, runtime::read_file);
    if (!settings) return refuse(settings.error());
    auto profile = load_profile(settings->receptionist);
    if (!profile) return refuse(profile.error());

    switch (options.command) {
        case Command::serve:
            return serve(*settings, std::move(*profile));
        case Command::sync:
            return sync(options, *settings, std::move(*profile));
        case Command::token_status:
            return token_status(options, *settings, std::move(*profile));
        case Command::token_refresh:
            return token_refresh(options, *settings, std::move(*profile));
        case Command::calls_list:
        case Command::calls_show:
        case Command::calls_retry:
        case Command::calls_dismiss:
        case Command::calls_assign:
            return calls(options, *settings, std::move(*profile));
        case Command::probe:
            return probe(options, *settings, std::move(*profile));
        default:
            return setup_properties(options, *settings, std::move(*profile));
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
    } catch (const std::exception& error) {
        // The ledger cannot be opened, or the port is taken: the sentence says which and what to
        // do.
        std::cerr << "ringbridge: " << error.what() << '\n';
        return wrong_usage;
    }
}
