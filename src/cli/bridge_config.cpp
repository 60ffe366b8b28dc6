#include "cli/bridge_config.hpp"

#include "runtime/settings_catalog.hpp"

#include <algorithm>
#include <map>

namespace ringbridge::cli {
namespace {

using runtime::SettingFault;
using Loaded = std::expected<receptionist::Profile, std::vector<SettingFault>>;

// The profile that a setting names: built in, or a file.
Loaded load_profile(const std::string& name_or_path) {
    const auto names = receptionist::builtin_profile_names();
    if (std::ranges::find(names, name_or_path) != names.end()) {
        return receptionist::builtin_profile(name_or_path);
    }
    const auto text = runtime::read_file(name_or_path);
    if (!text) {
        std::string known;
        for (const auto& name : names) known += (known.empty() ? "" : ", ") + name;
        return std::unexpected{std::vector{
            SettingFault{"RECEPTIONIST", "\"" + name_or_path + "\" is neither built in (" + known +
                                             ") nor a readable file: " + text.error()}}};
    }
    auto profile = receptionist::parse_profile(*text);
    if (profile) return std::move(*profile);
    std::vector<SettingFault> faults;
    for (const auto& [path, why] : profile.error()) {
        faults.push_back({"RECEPTIONIST", name_or_path + ": " + path + ": " + why});
    }
    return std::unexpected{std::move(faults)};
}

// By name. Also if the settings are wrong, so that all errors are reported at once.
std::map<std::string, Loaded> load_profiles(const runtime::Environment& environment,
                                            const std::optional<std::string>& file) {
    std::map<std::string, Loaded> loaded;
    for (const auto& [bridge, settings] : runtime::settings_in_force(environment, file)) {
        const auto named =
            std::ranges::find(settings, "RECEPTIONIST", &runtime::SettingInForce::variable);
        if (!loaded.contains(named->value)) loaded[named->value] = load_profile(named->value);
    }
    return loaded;
}

}  // namespace

std::expected<std::vector<BridgeConfig>, std::vector<SettingFault>> read_configs(
    const runtime::Environment& environment, const std::optional<std::string>& file) {
    auto settings = runtime::read_settings(environment, file, runtime::read_file);
    const auto profiles = load_profiles(environment, file);
    auto faults = settings ? std::vector<SettingFault>{} : std::move(settings.error());
    for (const auto& [name, profile] : profiles) {
        if (!profile) std::ranges::copy(profile.error(), std::back_inserter(faults));
    }
    if (!faults.empty()) return std::unexpected{std::move(faults)};
    std::vector<BridgeConfig> configs;
    for (auto& one : *settings) {
        const auto& profile = profiles.at(one.receptionist);
        configs.push_back({std::move(one), *profile});
    }
    return configs;
}

std::expected<BridgeConfig, SettingFault> choose(std::vector<BridgeConfig> configs,
                                                 const std::string& bridge) {
    if (bridge.empty() && configs.size() == 1) return std::move(configs.front());
    std::string names;
    for (auto& config : configs) {
        const auto& name = config.settings.bridge;
        if (name == bridge) return std::move(config);
        names += (names.empty() ? "" : ", ") + name;
    }
    return std::unexpected{
        SettingFault{"--bridge", bridge.empty() ? "is required: there are " + names
                                                : "is " + bridge + "; must be one of " + names}};
}

}  // namespace ringbridge::cli
