#include "cli/bridge_config.hpp"

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

using InForce = std::vector<runtime::BridgeInForce>;

const runtime::SettingInForce* find(const runtime::BridgeInForce& bridge,
                                    std::string_view variable) {
    const auto found =
        std::ranges::find(bridge.settings, variable, &runtime::SettingInForce::variable);
    return found == bridge.settings.end() ? nullptr : &*found;
}

const std::string& profile_of(const runtime::BridgeInForce& bridge) {
    return find(bridge, "RECEPTIONIST")->value;
}

std::map<std::string, Loaded> load_profiles(const InForce& in_force) {
    std::map<std::string, Loaded> loaded;
    for (const auto& bridge : in_force) {
        const auto& name = profile_of(bridge);
        if (!loaded.contains(name)) loaded[name] = load_profile(name);
    }
    return loaded;
}

// Where settings and profile do not go together about webhooks.
std::optional<SettingFault> webhook_fault(const runtime::BridgeInForce& bridge,
                                          const receptionist::Profile& profile) {
    if (!find(bridge, "WEBHOOK_SECRET")) return std::nullopt;
    if (!profile.webhook) {
        return SettingFault{"WEBHOOK_SECRET",
                            "is set, but by the profile " + profile.name +
                                " the platform sends no webhooks: remove it, or give the profile a "
                                "section webhook"};
    }
    if (profile.webhook->is_believed() || find(bridge, "RECEPTIONIST_API_KEY") ||
        find(bridge, "RECEPTIONIST_TOKEN") || find(bridge, "RECEPTIONIST_EMAIL")) {
        return std::nullopt;
    }
    return SettingFault{"RECEPTIONIST_API_KEY",
                        "is needed beside WEBHOOK_SECRET: the signature of " + profile.label +
                            " does not cover what it sends, so each call is asked for before it is "
                            "believed"};
}

// Those of the profiles, and of what they need. Also if the settings are wrong, so that all errors
// are reported at once.
std::vector<SettingFault> profile_faults(const InForce& in_force,
                                         const std::map<std::string, Loaded>& profiles) {
    std::vector<SettingFault> faults;
    for (const auto& [name, profile] : profiles) {
        if (!profile) std::ranges::copy(profile.error(), std::back_inserter(faults));
    }
    for (const auto& bridge : in_force) {
        const auto& profile = profiles.at(profile_of(bridge));
        if (!profile) continue;
        for (auto fault : {sign_in_missing(bridge, *profile), webhook_fault(bridge, *profile)}) {
            if (!fault) continue;
            if (in_force.size() > 1) fault->variable.insert(0, bridge.bridge + ".");
            faults.push_back(std::move(*fault));
        }
    }
    return faults;
}

}  // namespace

std::optional<SettingFault> sign_in_missing(const runtime::BridgeInForce& bridge,
                                            const receptionist::Profile& profile) {
    if (profile.webhook && find(bridge, "WEBHOOK_SECRET")) return std::nullopt;
    const std::string or_webhooks =
        profile.webhook ? ", or WEBHOOK_SECRET for its webhooks alone" : "";
    if (receptionist::takes_api_key(profile.auth)) {
        if (find(bridge, "RECEPTIONIST_API_KEY")) return std::nullopt;
        return SettingFault{"RECEPTIONIST_API_KEY",
                            "is missing; " + profile.label +
                                " is read with an API key: set it, or RECEPTIONIST_API_KEY_FILE" +
                                or_webhooks};
    }
    // Half a login has been reported as such.
    const bool begun = find(bridge, "RECEPTIONIST_EMAIL") || find(bridge, "RECEPTIONIST_PASSWORD");
    const bool can_log_in = !profile.auth.steps.empty();
    if (find(bridge, "RECEPTIONIST_TOKEN") || (begun && can_log_in)) return std::nullopt;
    return SettingFault{"RECEPTIONIST_TOKEN",
                        can_log_in ? "set either RECEPTIONIST_EMAIL and RECEPTIONIST_PASSWORD, or "
                                     "RECEPTIONIST_TOKEN; none of them is set"
                                   : "is missing; the profile has no login: set it, or "
                                     "RECEPTIONIST_TOKEN_FILE"};
}

std::expected<std::vector<BridgeConfig>, std::vector<SettingFault>> read_configs(
    const runtime::Environment& environment, const std::optional<std::string>& file) {
    auto settings = runtime::read_settings(environment, file, runtime::read_file);
    const auto in_force = runtime::settings_in_force(environment, file);
    const auto profiles = load_profiles(in_force);
    auto faults = settings ? std::vector<SettingFault>{} : std::move(settings.error());
    std::ranges::move(profile_faults(in_force, profiles), std::back_inserter(faults));
    if (!faults.empty()) return std::unexpected{std::move(faults)};
    std::map<std::string, std::shared_ptr<const receptionist::Profile>> shared;
    for (const auto& [name, profile] : profiles) {
        shared[name] = std::make_shared<const receptionist::Profile>(*profile);
    }
    std::vector<BridgeConfig> configs;
    for (auto& one : *settings) {
        const auto& profile = shared.at(one.receptionist);
        configs.push_back({std::move(one), profile});
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
