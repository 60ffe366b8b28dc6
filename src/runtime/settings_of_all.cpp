// The settings of all bridges: each one's own over the top level's, and what must not be the same.
#include "runtime/bridge_settings.hpp"
#include "runtime/settings_catalog.hpp"

#include <algorithm>
#include <tuple>

namespace ringbridge::runtime {
namespace {

// The setting that a variable gives: X for `X_FILE`.
std::string thing_of(std::string variable) {
    constexpr std::string_view file_form = "_FILE";
    if (variable.ends_with(file_form)) variable.resize(variable.size() - file_form.size());
    for (const auto* part : {"EMAIL", "PASSWORD", "TOKEN", "API_KEY"}) {
        if (variable == std::string{"RECEPTIONIST_"} + part) return "the receptionist's login";
    }
    return variable;
}

bool is_given(const Environment& values, const std::string& variable) {
    return std::ranges::any_of(values, [&](const auto& value) {
        return !value.second.empty() && stand_for_the_same(value.first, variable);
    });
}

// The environment would override every bridge alike, which cannot be intended.
std::vector<SettingFault> clashes(const Environment& environment, const BridgeEntry& entry) {
    std::vector<SettingFault> faults;
    for (const auto& [variable, value] : entry.own.values) {
        if (value.empty() || !is_given(environment, variable)) continue;
        faults.push_back({variable, "is set for this bridge, and " + thing_of(variable) +
                                        " in the environment as well; remove one of them"});
    }
    return faults;
}

bool read_the_same_account(const Settings& a, const Settings& b) {
    const auto login = [](const Settings& of) {
        return std::tuple{of.receptionist,
                          of.receptionist_base_url,
                          of.receptionist_agents,
                          of.receptionist_email,
                          of.receptionist_email.empty() ? of.receptionist_token.reveal() : "",
                          of.receptionist_api_key.reveal()};
    };
    const bool logs_in = !a.receptionist_email.empty() || !a.receptionist_token.empty() ||
                         !a.receptionist_api_key.empty();
    return logs_in && login(a) == login(b);
}

// With several bridges a token in the wrong place would sync one client's calls into another's CRM.
std::vector<SettingFault> mix_ups(const std::vector<BridgeSettings>& all, std::size_t at) {
    std::vector<SettingFault> faults;
    const auto& mine = all[at].settings;
    if (mine.hubspot_portal_id.empty() && all.size() > 1) {
        faults.push_back({"HUBSPOT_PORTAL_ID",
                          "is missing; with several bridges each must name its portal, "
                          "so that no token is used for the wrong one"});
    }
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(at);
    const auto twin = std::find_if(all.begin(), end, [&](const BridgeSettings& other) {
        return read_the_same_account(mine, other.settings);
    });
    if (twin != end) {
        faults.push_back({"RECEPTIONIST_EMAIL", "is the login of " + twin->settings.bridge +
                                                    " as well, whose calls would be synced twice; "
                                                    "give this bridge its own"});
    }
    return faults;
}

// Faults that all bridges have are reported once, without a bridge's name.
std::vector<SettingFault> each_once(const std::vector<BridgeSettings>& all) {
    std::vector<SettingFault> named_faults;
    for (const auto& [settings, faults] : all) {
        for (const auto& fault : faults) {
            const bool common = std::ranges::all_of(all, [&](const BridgeSettings& other) {
                return std::ranges::find(other.faults, fault) != other.faults.end();
            });
            const auto whose = common ? "" : settings.bridge + '.';
            SettingFault named{whose + fault.variable, fault.message};
            if (std::ranges::find(named_faults, named) == named_faults.end()) {
                named_faults.push_back(std::move(named));
            }
        }
    }
    return named_faults;
}

}  // namespace

bool stand_for_the_same(const std::string& a, const std::string& b) {
    return thing_of(a) == thing_of(b);
}

std::vector<BridgeEntry> bridges_of(const SettingsFile& file) {
    return file.bridges.empty() ? std::vector<BridgeEntry>{{"main", {}}} : file.bridges;
}

Environment values_for(const Environment& top, const Environment& own) {
    auto values = own;
    for (const auto& [variable, value] : top) {
        if (!is_given(own, variable)) values[variable] = value;
    }
    return values;
}

std::expected<std::vector<Settings>, std::vector<SettingFault>> read_settings(
    const Environment& environment, const std::optional<std::string>& yaml_text,
    FileReader read_file) {
    auto file = read_settings_file(yaml_text.value_or(""));
    std::vector<BridgeSettings> all;
    for (const auto& entry : bridges_of(file)) {
        const auto& forms = entry.own.form_properties;
        auto& read =
            all.emplace_back(read_bridge_settings(environment,
                                                  {values_for(file.top.values, entry.own.values),
                                                   forms ? forms : file.top.form_properties},
                                                  read_file));
        read.settings.bridge = entry.name;
        read.settings.bridges = static_cast<int>(file.bridges.size());
        std::ranges::move(clashes(environment, entry), std::back_inserter(read.faults));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::ranges::move(mix_ups(all, i), std::back_inserter(all[i].faults));
    }
    auto faults = std::move(file.faults);
    std::ranges::move(each_once(all), std::back_inserter(faults));
    if (!faults.empty()) return std::unexpected{std::move(faults)};
    std::vector<Settings> settings;
    for (auto& read : all) settings.push_back(std::move(read.settings));
    return settings;
}

}  // namespace ringbridge::runtime
