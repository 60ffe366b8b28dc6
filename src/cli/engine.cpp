#include "cli/engine.hpp"

#include "core/text.hpp"
#include "receptionist/profile.hpp"

#include <algorithm>

namespace ringbridge::cli {
namespace {

// There is one bridge so far; its name is in every row of the ledger, so that there can be more.
const std::string bridge_name = "main";

Recording recording_of(const std::string& name) {
    if (name == "link") return Recording::link;
    return name == "off" ? Recording::off : Recording::player;
}

Mapping mapping_of(const runtime::Settings& settings, const receptionist::Profile& profile) {
    return {.label = profile.label,
            .prefix = profile.property_prefix,
            .region = settings.default_region,
            .form_properties = settings.form_properties,
            .transcript = settings.transcript == "full",
            .recording = recording_of(settings.recording),
            .owner = settings.owner,
            .follow_up_missed = settings.tasks == "missed",
            .numbers = settings.numbers};
}

bridge::CrmOptions crm_options(const runtime::Settings& settings) {
    const auto& token = settings.hubspot_token.reveal();
    return {.wish = {hubspot::parse_api_version(settings.hubspot_api_version),
                     hubspot::parse_activity_api(settings.hubspot_activity_api)},
            .portal_id = settings.hubspot_portal_id,
            .fingerprint =
                stable_hash(token + ' ' + settings.hubspot_base_url + ' ' +
                            settings.hubspot_api_version + ' ' + settings.hubspot_activity_api)};
}

Level level_of(const std::string& name) {
    if (name == "debug") return Level::debug;
    if (name == "warn") return Level::warn;
    return name == "error" ? Level::error : Level::info;
}

}  // namespace

std::expected<receptionist::Profile, std::vector<runtime::SettingFault>> load_profile(
    const std::string& name_or_path) {
    const auto names = receptionist::builtin_profile_names();
    if (std::ranges::find(names, name_or_path) != names.end()) {
        return receptionist::builtin_profile(name_or_path);
    }
    const auto text = runtime::read_file(name_or_path);
    if (!text) {
        std::string known;
        for (const auto& name : names) known += (known.empty() ? "" : ", ") + name;
        return std::unexpected{std::vector{runtime::SettingFault{
            "RECEPTIONIST", "\"" + name_or_path + "\" is neither built in (" + known +
                                ") nor a file that can be read: " + text.error()}}};
    }
    auto profile = receptionist::parse_profile(*text);
    if (profile) return std::move(*profile);
    std::vector<runtime::SettingFault> faults;
    for (const auto& [path, why] : profile.error()) {
        faults.push_back({"RECEPTIONIST", name_or_path + ": " + path + ": " + why});
    }
    return std::unexpected{std::move(faults)};
}

Engine::Engine(const runtime::Settings& settings, receptionist::Profile profile)
    : stderr_{clock_, level_of(settings.log_level),
              settings.log_format == "json" ? runtime::LogFormat::json : runtime::LogFormat::text,
              settings.log_pii},
      ledger_{settings.database_path, bridge_name, ledger_thread_, clock_.now()},
      vault_{settings.token_key, dice_},
      keeper_{ledger_, vault_, dice_, log_},
      receptionist_{std::move(profile),
                    settings.receptionist_base_url,
                    {.email = settings.receptionist_email,
                     .password = settings.receptionist_password,
                     .token = settings.receptionist_token},
                    http_,
                    clock_,
                    log_,
                    keeper_},
      door_{settings.hubspot_base_url, settings.hubspot_token, http_, clock_, dice_, log_},
      bridge_{mapping_of(settings, receptionist_.profile()),
              crm_options(settings),
              settings.sync_overlap,
              {receptionist_, door_, ledger_, clock_, dice_, log_}},
      service_{{settings.database_path, settings.sync_interval}, bridge_, clock_, log_},
      admin_{{settings.admin_token, settings.sync_lock_wait, settings.default_region},
             service_,
             bridge_,
             ledger_,
             clock_} {}

}  // namespace ringbridge::cli
