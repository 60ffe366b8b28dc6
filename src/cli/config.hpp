// `config check` and `config example`: the settings seen without starting anything.
#pragma once

#include "cli/options.hpp"
#include "runtime/settings_catalog.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge::cli {

/// All that is wrong with the settings and with the profile that they name, or what holds.
int config_check(const Options& options, const runtime::Environment& environment,
                 const std::optional<std::string>& file);

int config_example(const Options& options);

/// What holds for all bridges alike, and what for each beside that.
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
