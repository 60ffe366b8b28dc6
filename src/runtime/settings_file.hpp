// The YAML settings file as a plain list of names and texts: what they mean is settings.cpp's.
#pragma once

#include "runtime/settings.hpp"

#include <string>
#include <vector>

namespace ringbridge::runtime {

struct SettingsFile {
    Environment values;  ///< under the environment's names: `HUBSPOT_TOKEN`
    std::vector<FormProperty> form_properties;
    std::vector<SettingFault> faults;
};

/// One mapping: the variables' names in lower case, and `form_properties`, a list of
/// `{question: "Service address?", property: goodcall_service_address}`.
SettingsFile read_settings_file(const std::string& yaml);

}  // namespace ringbridge::runtime
