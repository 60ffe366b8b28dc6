// One bridge's settings, read and checked on their own.
#pragma once

#include "runtime/settings_file.hpp"

namespace ringbridge::runtime {

struct BridgeSettings {
    Settings settings;  ///< as far as they could be read
    std::vector<SettingFault> faults;
};

BridgeSettings read_bridge_settings(const Environment& environment, const SettingsBlock& file,
                                    FileReader read_file);

}  // namespace ringbridge::runtime
