// Every setting by name: for the parser the known names, for people their meanings.
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
    std::string_view standard;  ///< the default; empty: none
    std::string meaning;        ///< one line
    bool secret = false;        ///< may be given as `X_FILE`, and is never shown
};

/// In reading order, grouped by topic.
std::span<const SettingInfo> setting_catalog();

/// Whether it applies to the whole program, and cannot be set per bridge.
bool is_for_all_bridges(const SettingInfo& setting);

/// `hubspot_token` for `HUBSPOT_TOKEN`.
std::string file_key(std::string_view variable);

/// One setting as it was given.
struct SettingInForce {
    std::string_view variable;
    std::string value;        ///< "set" for a secret
    std::string source;       ///< environment, file or default
    std::string secret_file;  ///< a secret's X_FILE, if it is given that way
    bool operator==(const SettingInForce&) const = default;
};

struct BridgeInForce {
    std::string bridge;
    std::vector<SettingInForce> settings;
};

/// Each bridge's effective settings, and where they come from. Empty ones are left out.
std::vector<BridgeInForce> settings_in_force(const Environment& environment,
                                             const std::optional<std::string>& yaml_text);

/// Settings that work but expose secrets to others on this machine or on the network: each once, as
/// a sentence.
std::vector<SettingFault> setting_warnings(const std::vector<BridgeInForce>& bridges);

/// A settings file with all of them, each explained; `read_settings` accepts it.
std::string example_settings_file();

}  // namespace ringbridge::runtime
