// Every setting by name: for the parser which names there are, for people what each is for.
#pragma once

#include "runtime/settings.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::runtime {

struct SettingInfo {
    std::string_view topic;
    std::string_view variable;  ///< in the environment; in lower case the file's key
    std::string_view standard;  ///< what holds where it is not given; empty: nothing
    std::string_view meaning;   ///< one line
    bool secret = false;        ///< may be given as `X_FILE`, and is never shown
};

/// In the order in which people read them; the settings of one topic stand together.
std::span<const SettingInfo> setting_catalog();

/// Whether it holds for the whole program, and can be set for no bridge alone.
bool is_for_all_bridges(const SettingInfo& setting);

/// `hubspot_token` of `HUBSPOT_TOKEN`.
std::string file_key(std::string_view variable);

/// One setting as it was given.
struct SettingInForce {
    std::string_view variable;
    std::string value;        ///< "set" of a secret
    std::string source;       ///< environment, file or default
    std::string secret_file;  ///< a secret's X_FILE, where it is given so
    bool operator==(const SettingInForce&) const = default;
};

struct BridgeInForce {
    std::string bridge;
    std::vector<SettingInForce> settings;
};

/// Each setting that holds for each bridge, and where it came from. Empty ones are left out.
std::vector<BridgeInForce> settings_in_force(const Environment& environment,
                                             const std::optional<std::string>& yaml_text);

/// What works, and leaves secrets to others on this machine or on the way: each once, as a
/// sentence.
std::vector<SettingFault> setting_warnings(const std::vector<BridgeInForce>& bridges);

/// A settings file with all of them, each explained; it is one that `read_settings` takes.
std::string example_settings_file();

}  // namespace ringbridge::runtime
