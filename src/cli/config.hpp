// `config check` and `config example`: settings, without starting anything.
#pragma once

#include "cli/options.hpp"
#include "runtime/settings_catalog.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge::cli {

/// Prints every error in the settings and the profile that they name, or the settings in force.
int config_check(const Options& options, const runtime::Environment& environment,
                 const std::optional<std::string>& file);

int config_example(const Options& options);

/// The settings that all bridges share, and those of each bridge.
struct Holding {
    std::vector<runtime::SettingInForce> common;
    std::vector<runtime::BridgeInForce> bridges;
};

Holding split_common(std::vector<runtime::BridgeInForce> bridges);

/// `{"ok":…,"settings":[{"variable":…,"value":…,"source":…}],
/// "bridges":[{"name":…,"settings":[…]}],"faults":[{"variable":…,"message":…}],"warnings":[…]}`
std::string encode_check(const Holding& holding, const std::vector<runtime::SettingFault>& faults,
                         const std::vector<runtime::SettingFault>& warnings);

/// `[{"variable":…,"key":…,"default":…,"meaning":…,"secret":…,"forAllBridges":…}]`
std::string encode_catalog();

}  // namespace ringbridge::cli
