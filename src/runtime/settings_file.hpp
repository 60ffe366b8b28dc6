// The YAML settings file as plain lists of names and texts; settings.cpp interprets them.
#pragma once

#include "runtime/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge::runtime {

/// A group of settings: the top level of the file, or a bridge's entry.
struct SettingsBlock {
    Environment values;  ///< under the environment's names: `HUBSPOT_TOKEN`
    std::optional<std::vector<FormProperty>> form_properties;
};

struct BridgeEntry {
    std::string name;
    SettingsBlock own;
};

struct SettingsFile {
    SettingsBlock top;
    std::vector<BridgeEntry> bridges;
    std::vector<SettingFault> faults;
};

/// One mapping: the variables' names in lower case, `form_properties`, a list of
/// `{question: "Service address?", property: goodcall_service_address}`, and `bridges`, a list of
/// such mappings with a `name` each.
SettingsFile read_settings_file(const std::string& yaml);

/// The bridges that the file lists; if it lists none, one named `main`.
std::vector<BridgeEntry> bridges_of(const SettingsFile& file);

/// A bridge's effective values: its own replace the top level's, in whichever form each is given.
/// `X` and `X_FILE` are two forms of one secret, and a login is one setting: e-mail, password and
/// token of two accounts must not be mixed.
Environment values_for(const Environment& top, const Environment& own);

/// Whether two variables set the same thing, in that sense.
bool stand_for_the_same(const std::string& a, const std::string& b);

/// A bridge's name starts with a letter, so that it is never mistaken for a portal id.
bool is_bridge_name(const std::string& name);

}  // namespace ringbridge::runtime
