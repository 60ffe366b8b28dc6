// `ringbridge learn`: a recording in, a profile and an account of it out.
#include "learn/learn.hpp"

#include "api/probe_view.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"
#include "cli/wait.hpp"
#include "core/check.hpp"
#include "runtime/process.hpp"

#include <iostream>

namespace ringbridge::cli {
namespace {

int refuse(const std::string& why) {
    std::cerr << why << (why.ends_with('\n') ? "" : "\n") << std::flush;
    return wrong_usage;
}

// The environment's, to try a profile with: nothing is written, and HubSpot is not asked.
runtime::Environment trial_environment() {
    auto environment = runtime::process_environment();
    environment["HUBSPOT_TOKEN"] = "not-used";
    environment.erase("HUBSPOT_TOKEN_FILE");
    environment.erase("RECEPTIONIST");
    environment["DATABASE_URL"] = "sqlite::memory:";
    return environment;
}

std::expected<BridgeConfig, std::vector<runtime::SettingFault>> trial_config(
    const std::string& profile_text) {
    auto profile = receptionist::parse_profile(profile_text);
    check(profile.has_value(), "what is learned is a valid profile");
    const auto environment = trial_environment();
    auto settings = runtime::read_settings(environment, std::nullopt, runtime::read_file);
    if (!settings) return std::unexpected(std::move(settings.error()));
    const auto in_force = runtime::settings_in_force(environment, std::nullopt);
    if (auto missing = sign_in_missing(in_force.front(), *profile)) {
        return std::unexpected(std::vector{std::move(*missing)});
    }
    return BridgeConfig{std::move(settings->front()),
                        std::make_shared<const receptionist::Profile>(std::move(*profile))};
}

bridge::Probe try_profile(BridgeConfig config) {
    asio::io_context loop{1};
    Engine engine{{std::move(config)}};
    return wait_for(loop, engine.worker().bridge().probe_receptionist());
}

// What ended badly when the profile was tried, before what the recording lacks.
int status_of_both(const learn::Learned& learned, const std::optional<bridge::Probe>& tried) {
    if (tried && !tried->ok()) return status_of(tried->ending());
    return learned.todo.empty() ? done : some_calls_failed;
}

}  // namespace

int learn(const Options& options) {
    const auto& given = options.learn;
    if (!given.name.empty() && !learn::is_profile_name(given.name)) {
        return refuse("--name: " + given.name +
                      " is not lower-case letters, digits and -, beginning with a letter");
    }
    auto text = runtime::read_file(given.recording);
    if (!text) return refuse(given.recording + ": " + text.error());
    const auto learned = learn::learn(*text, given.name);
    if (!learned) return refuse(given.recording + ": " + learned.error());
    std::optional<BridgeConfig> trial;
    if (given.tries) {
        auto config = trial_config(learned->profile);
        if (!config) return refuse(faults_text(config.error()));
        trial = std::move(*config);
    }
    if (!given.output.empty()) {
        const auto written = runtime::write_file(given.output, learned->profile);
        if (!written) return refuse(given.output + ": " + written.error());
    }
    std::optional<bridge::Probe> tried;
    if (trial) tried = try_profile(std::move(*trial));
    if (options.json) {
        const auto probe = tried ? api::probe_view(*tried) : std::string{};
        std::cout << learn::encode_account(*learned, given.output, probe) << std::endl;
    } else {
        if (given.output.empty()) std::cout << learned->profile << std::flush;
        std::cerr << learn::account_text(*learned);
        if (tried) std::cerr << '\n' << probe_text(*tried);
        std::cerr << std::flush;
    }
    return status_of_both(*learned, tried);
}

}  // namespace ringbridge::cli
