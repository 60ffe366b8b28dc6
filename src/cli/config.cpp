#include "cli/config.hpp"

#include "cli/engine.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace ringbridge::cli {
namespace {

using runtime::SettingFault;
using runtime::SettingInForce;

// Also where other settings are wrong: all faults are told at once.
std::vector<SettingFault> profile_faults(const std::vector<SettingInForce>& settings) {
    const auto named = std::ranges::find(settings, "RECEPTIONIST", &SettingInForce::variable);
    auto profile = load_profile(named->value);
    return profile ? std::vector<SettingFault>{} : std::move(profile.error());
}

std::string settings_text(const std::vector<SettingInForce>& settings) {
    std::string text;
    for (const auto& [variable, value, source] : settings) {
        text += fmt::format("{:<22} {:<28} {}\n", variable, value, source);
    }
    return text + "ringbridge can start with these settings.\n";
}

}  // namespace

int config_check(const Options& options, const runtime::Environment& environment,
                 const std::optional<std::string>& file) {
    const auto settings = runtime::settings_in_force(environment, file);
    std::vector<SettingFault> faults;
    if (auto read = runtime::read_settings(environment, file, runtime::read_file); !read) {
        faults = std::move(read.error());
    }
    std::ranges::move(profile_faults(settings), std::back_inserter(faults));
    if (options.json) {
        std::cout << encode_check(settings, faults) << std::endl;
    } else if (faults.empty()) {
        std::cout << settings_text(settings) << std::flush;
    } else {
        std::cerr << faults_text(faults);
    }
    return faults.empty() ? done : wrong_usage;
}

int config_example(const Options& options) {
    std::cout << (options.json ? encode_catalog() + '\n' : runtime::example_settings_file())
              << std::flush;
    return done;
}

}  // namespace ringbridge::cli
