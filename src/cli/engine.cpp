#include "cli/engine.hpp"

#include "core/network.hpp"
#include "core/text.hpp"
#include "runtime/settings_words.hpp"

#include <fmt/format.h>

namespace ringbridge::cli {
namespace {

Mapping mapping_of(const runtime::Settings& settings, const receptionist::Profile& profile) {
    return {.label = profile.label,
            .prefix = profile.property_prefix,
            .region = settings.default_region,
            .form_properties = settings.form_properties,
            .transcript = settings.transcript,
            .recording = settings.recording,
            .owner = settings.owner,
            .follow_up_missed = settings.follow_up_missed,
            .numbers = settings.numbers,
            .hold = settings.hold,
            .phone_properties = settings.dedup_phones};
}

bridge::CrmOptions crm_options(const runtime::Settings& settings) {
    const auto& token = settings.hubspot_token.reveal();
    const auto version = word_of(runtime::api_version_words, settings.hubspot_api_version);
    const auto activities = word_of(runtime::activity_api_words, settings.hubspot_activity_api);
    return {.wish = {settings.hubspot_api_version, settings.hubspot_activity_api},
            .portal_id = settings.hubspot_portal_id,
            .fingerprint = stable_hash(
                fmt::format("{} {} {} {}", token, settings.hubspot_base_url, version, activities))};
}

bridge::ServiceOptions service_options(const runtime::Settings& settings) {
    const bool shared = settings.has_siblings;
    return {.interval = settings.sync_interval,
            .account = shared ? settings.hubspot_portal_id : "",
            .schedule_wait = shared ? settings.sync_interval : Milliseconds{0}};
}

std::deque<Worker> workers_of(std::vector<BridgeConfig> configs, Common& common) {
    std::deque<Worker> workers;
    for (auto& config : configs) workers.emplace_back(std::move(config), common);
    return workers;
}

std::vector<api::Served> served_by(std::deque<Worker>& workers) {
    std::vector<api::Served> served;
    for (auto& worker : workers) {
        const auto& settings = worker.settings();
        served.push_back({settings.bridge, settings.default_region, worker.service()});
    }
    return served;
}

admin::AdminOptions admin_options(const runtime::Settings& settings, const Vault& vault) {
    return {.access = {settings.admin_token, settings.allowed_hosts},
            .lock_wait = settings.sync_lock_wait,
            .vault = &vault,
            .beyond_loopback = !is_this_machine(settings.host)};
}

}  // namespace

Pace::Pace(const runtime::Settings& settings, ledger::Backend& backend, Database& database,
           const Clock& clock)
    : booked{backend.shared_texts(settings.hubspot_portal_id, database)},
      pacer{*booked, clock, settings.hubspot_headroom} {}

Common::Common(const runtime::Settings& settings)
    : log{clock, settings.log_level, settings.log_format, settings.log_pii},
      backend{ledger::backend_at(settings.database_path)},
      vault{settings.token_key, random} {}

Worker::Worker(BridgeConfig config, Common& common)
    : settings_{std::move(config.settings)},
      log_{common.log, settings_.has_siblings ? settings_.bridge : ""},
      ledger_{common.backend,
              {settings_.bridge, settings_.hubspot_portal_id, config.profile.property_prefix},
              common.ledger_thread,
              common.reading_thread,
              common.clock.now()},
      session_store_{ledger_, common.vault, common.random, log_},
      receptionist_{std::move(config.profile),
                    settings_.receptionist_base_url,
                    {.email = settings_.receptionist_email,
                     .password = settings_.receptionist_password,
                     .token = settings_.receptionist_token},
                    common.http,
                    common.clock,
                    log_,
                    session_store_},
      client_{settings_.hubspot_base_url,
              settings_.hubspot_token,
              common.paces
                  .try_emplace(settings_.hubspot_portal_id, settings_, *common.backend,
                               common.ledger_thread, common.clock)
                  .first->second.pacer,
              common.http,
              common.clock,
              common.random,
              log_},
      bridge_{mapping_of(settings_, receptionist_.profile()),
              crm_options(settings_),
              {settings_.sync_overlap, settings_.sync_interval, settings_.sync_depth,
               settings_.retention},
              {receptionist_, client_, ledger_, common.clock, common.random, log_}},
      service_{service_options(settings_), bridge_, common.clock, log_} {}

Engine::Engine(std::vector<BridgeConfig> configs)
    : common_{configs.front().settings},
      workers_{workers_of(std::move(configs), common_)},
      admin_{admin_options(worker().settings(), common_.vault), served_by(workers_), common_.clock,
             common_.log} {
    const auto& exposed = worker().ledger().exposed();
    if (!exposed.empty()) common_.log.warn("ledger_exposed", {{"why", exposed}});
}

}  // namespace ringbridge::cli
