// What is to be built: for each bridge its settings and the profile that they name.
#pragma once

#include "receptionist/profile.hpp"
#include "runtime/settings.hpp"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::cli {

/// What one bridge is made from.
struct BridgeConfig {
    runtime::Settings settings;
    receptionist::Profile profile;
};

/// Of all bridges, or all that is wrong with any: settings and profiles together.
std::expected<std::vector<BridgeConfig>, std::vector<runtime::SettingFault>> read_configs(
    const runtime::Environment& environment, const std::optional<std::string>& file);

/// The one that `--bridge` names; it may be left out where there is only one.
std::expected<BridgeConfig, runtime::SettingFault> choose(std::vector<BridgeConfig> configs,
                                                          const std::string& bridge);

}  // namespace ringbridge::cli
