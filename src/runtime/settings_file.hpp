// The YAML settings file as plain lists of names and texts: what they mean is settings.cpp's.
#pragma once

#include "runtime/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge::runtime {

/// Settings that stand together: at the top of the file, or in a bridge's entry.
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

/// The bridges that the file tells of: where it lists none, one that is named `main`.
std::vector<BridgeEntry> bridges_of(const SettingsFile& file);

/// What holds for a bridge: its own values in place of the top's, never beside another form of the
/// same setting. `X` and `X_FILE` are two forms of one secret, and a login is one thing: e-mail,
/// password and token of two accounts are not to be mixed.
Environment values_for(const Environment& top, const Environment& own);

/// Whether two variables set the same thing, in that sense.
bool stand_for_the_same(const std::string& a, const std::string& b);

/// A bridge's name starts with a letter, so that it is never mistaken for a portal's id.
bool is_bridge_name(const std::string& name);

}  // namespace ringbridge::runtime
