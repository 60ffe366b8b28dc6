#include "cli/config.hpp"

#include "cli/bridge_config.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace ringbridge::cli {
namespace {

std::string settings_text(const std::vector<runtime::SettingInForce>& settings) {
    std::string text;
    for (const auto& setting : settings) {
        text += fmt::format("{:<22} {:<28} {}\n", setting.variable, setting.value, setting.source);
    }
    return text;
}

std::string holding_text(const Holding& holding) {
    auto text = settings_text(holding.common);
    for (const auto& [bridge, settings] : holding.bridges) {
        if (!settings.empty())
            text += fmt::format("\nbridge {}\n", bridge) + settings_text(settings);
    }
    return text + "ringbridge can start with these settings.\n";
}

}  // namespace

Holding split_common(std::vector<runtime::BridgeInForce> bridges) {
    const auto is_in = [](const auto& setting, const auto& settings) {
        return std::ranges::find(settings, setting) != settings.end();
    };
    Holding holding{.common = bridges.front().settings, .bridges = std::move(bridges)};
    std::erase_if(holding.common, [&](const auto& setting) {
        return !std::ranges::all_of(
            holding.bridges, [&](const auto& bridge) { return is_in(setting, bridge.settings); });
    });
    for (auto& bridge : holding.bridges) {
        std::erase_if(bridge.settings,
                      [&](const auto& setting) { return is_in(setting, holding.common); });
    }
    return holding;
}

int config_check(const Options& options, const runtime::Environment& environment,
                 const std::optional<std::string>& file) {
    auto in_force = runtime::settings_in_force(environment, file);
    const auto warnings = runtime::setting_warnings(in_force);
    const auto holding = split_common(std::move(in_force));
    const auto configs = read_configs(environment, file);
    const auto faults = configs ? std::vector<runtime::SettingFault>{} : configs.error();
    if (options.json) {
        std::cout << encode_check(holding, faults, warnings) << std::endl;
    } else if (faults.empty()) {
        std::cout << holding_text(holding) << std::flush;
    } else {
        std::cerr << faults_text(faults);
    }
    if (!options.json) {
        for (const auto& [variable, message] : warnings) {
            std::cerr << "warning: " << variable << ' ' << message << '\n';
        }
    }
    return faults.empty() ? done : wrong_usage;
}

int config_example(const Options& options) {
    std::cout << (options.json ? encode_catalog() + '\n' : runtime::example_settings_file())
              << std::flush;
    return done;
}

}  // namespace ringbridge::cli
