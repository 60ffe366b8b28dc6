// What a bridge is built from: its settings and the profile that they name.
#pragma once

#include "receptionist/profile.hpp"
#include "runtime/settings.hpp"
#include "runtime/settings_catalog.hpp"

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::cli {

struct BridgeConfig {
    runtime::Settings settings;
    std::shared_ptr<const receptionist::Profile> profile;  ///< that of all bridges that name it
};

/// The configuration of all bridges, or every error in their settings and profiles.
std::expected<std::vector<BridgeConfig>, std::vector<runtime::SettingFault>> read_configs(
    const runtime::Environment& environment, const std::optional<std::string>& file);

/// What the profile needs to reach the platform with, if none of it is given.
std::optional<runtime::SettingFault> sign_in_missing(const runtime::BridgeInForce& bridge,
                                                     const receptionist::Profile& profile);

/// The bridge that `--bridge` names; optional if there is only one.
std::expected<BridgeConfig, runtime::SettingFault> choose(std::vector<BridgeConfig> configs,
                                                          const std::string& bridge);

}  // namespace ringbridge::cli
