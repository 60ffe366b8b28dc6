// The JSON of config.hpp.
#include "cli/config.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::cli {

using nlohmann::json;

namespace {

json encode(const std::vector<runtime::SettingInForce>& settings) {
    auto encoded = json::array();
    for (const auto& setting : settings) {
        encoded.push_back(
            {{"variable", setting.variable}, {"value", setting.value}, {"source", setting.source}});
    }
    return encoded;
}

json encode(const std::vector<runtime::SettingFault>& faults) {
    auto encoded = json::array();
    for (const auto& [variable, message] : faults) {
        encoded.push_back({{"variable", variable}, {"message", message}});
    }
    return encoded;
}

}  // namespace

std::string encode_check(const Holding& holding, const std::vector<runtime::SettingFault>& faults,
                         const std::vector<runtime::SettingFault>& warnings) {
    auto bridges = json::array();
    for (const auto& [name, settings] : holding.bridges) {
        bridges.push_back({{"name", name}, {"settings", encode(settings)}});
    }
    return json{{"ok", faults.empty()},
                {"settings", encode(holding.common)},
                {"bridges", bridges},
                {"faults", encode(faults)},
                {"warnings", encode(warnings)}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string encode_catalog() {
    auto catalog = json::array();
    for (const auto& setting : runtime::setting_catalog()) {
        catalog.push_back({{"variable", setting.variable},
                           {"key", runtime::file_key(setting.variable)},
                           {"default", setting.standard.empty() ? json() : json(setting.standard)},
                           {"meaning", setting.meaning},
                           {"secret", setting.secret},
                           {"forAllBridges", runtime::is_for_all_bridges(setting)}});
    }
    return catalog.dump();
}

}  // namespace ringbridge::cli
