// The JSON of config.hpp.
#include "cli/config.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::cli {

using nlohmann::json;

std::string encode_check(const std::vector<runtime::SettingInForce>& settings,
                         const std::vector<runtime::SettingFault>& faults) {
    auto held = json::array();
    for (const auto& [variable, value, source] : settings) {
        held.push_back({{"variable", variable}, {"value", value}, {"source", source}});
    }
    auto wrong = json::array();
    for (const auto& [variable, message] : faults) {
        wrong.push_back({{"variable", variable}, {"message", message}});
    }
    return json{{"ok", faults.empty()}, {"settings", held}, {"faults", wrong}}.dump(
        -1, ' ', false, json::error_handler_t::replace);
}

std::string encode_catalog() {
    auto catalog = json::array();
    for (const auto& setting : runtime::setting_catalog()) {
        catalog.push_back({{"variable", setting.variable},
                           {"key", runtime::file_key(setting.variable)},
                           {"default", setting.standard.empty() ? json() : json(setting.standard)},
                           {"meaning", setting.meaning},
                           {"secret", setting.secret}});
    }
    return catalog.dump();
}

}  // namespace ringbridge::cli
