#include "cli/engine.hpp"

#include "bridge/first_wait.hpp"
#include "core/network.hpp"
#include "core/text.hpp"
#include "runtime/process.hpp"
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
            .kinds = settings.kinds,
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

bridge::ServiceOptions service_options(const runtime::Settings& settings, Common& common) {
    const bool shared = settings.bridges > 1;
    return {
        .interval = settings.sync_interval,
        .first_wait = bridge::first_wait(settings.bridge, settings.bridges, settings.sync_interval),
        .account = shared ? settings.hubspot_portal_id : "",
        .schedule_wait = shared ? settings.sync_interval : Milliseconds{0},
        .one_of_many = shared,
        .watch = &common.watch,
        .bridge = settings.bridge,
        .leases = common.leases.get()};
}

bridge::WorkerOptions worker_options(const BridgeConfig& config, Common& common) {
    const auto& [settings, profile] = config;
    return {.name = settings.bridges > 1 ? settings.bridge : "",
            .scope = {settings.bridge, settings.hubspot_portal_id, profile->property_prefix},
            .profile = profile,
            .receptionist_url = settings.receptionist_base_url,
            .agents = settings.receptionist_agents,
            .credentials = {.email = settings.receptionist_email,
                            .password = settings.receptionist_password,
                            .token = settings.receptionist_token,
                            .api_key = settings.receptionist_api_key},
            .hubspot_url = settings.hubspot_base_url,
            .hubspot_token = settings.hubspot_token,
            .crm = crm_options(settings),
            .mapping = mapping_of(settings, *profile),
            .rhythm = {settings.sync_overlap, settings.sync_interval, settings.sync_depth,
                       settings.retention},
            .service = service_options(settings, common),
            .webhook_secrets = settings.webhook_secrets};
}

std::string replica_name(const runtime::Settings& settings, Random& random) {
    if (!settings.replica_name.empty()) return settings.replica_name;
    return fmt::format("{}-{:04x}", runtime::host_name(), random.roll() & 0xffff);
}

std::unique_ptr<bridge::Leases> leases_of(const runtime::Settings& settings, Common& common) {
    auto* replicas = common.backend->replicas();
    if (!replicas) return nullptr;
    return std::make_unique<bridge::Leases>(
        *replicas, common.ledger_thread, common.clock, common.log,
        ledger::Replica{.name = replica_name(settings, common.random),
                        .birth = fmt::format("{:016x}", common.random.roll()),
                        .bridges = {}});
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

admin::AdminOptions admin_options(const runtime::Settings& settings, const Common& common) {
    return {.access = {settings.admin_token, settings.allowed_hosts},
            .lock_wait = settings.sync_lock_wait,
            .vault = &common.vault,
            .webhook_bodies = common.webhook_bodies,
            .beyond_loopback = !is_this_machine(settings.host)};
}

}  // namespace

Pace::Pace(const runtime::Settings& settings, ledger::Backend& backend, Database& database,
           const Clock& clock)
    : booked{backend.shared_texts(settings.hubspot_portal_id, database)},
      pacer{*booked, clock, settings.hubspot_headroom} {}

Common::Common(const runtime::Settings& settings, std::shared_ptr<BodyCounts> counts)
    : log{clock, settings.log_level, settings.log_format, settings.log_pii},
      backend{ledger::backend_at(
          settings.database_url.empty() ? settings.database_path : settings.database_url.reveal(),
          settings.database_password)},
      leases{leases_of(settings, *this)},
      vault{settings.token_key, random},
      webhook_bodies{std::move(counts)} {}

hubspot::Pacer& Common::pacer(const runtime::Settings& settings) {
    const auto& portal = settings.hubspot_portal_id;
    return paces.try_emplace(portal, settings, *backend, ledger_thread, clock).first->second.pacer;
}

Worker::Worker(BridgeConfig config, Common& common)
    : bridge::Worker{worker_options(config, common), common.ports(), common.backend,
                     common.pacer(config.settings)},
      settings_{std::move(config.settings)} {}

Engine::Engine(std::vector<BridgeConfig> configs, std::shared_ptr<BodyCounts> webhook_bodies)
    : common_{configs.front().settings, std::move(webhook_bodies)},
      workers_{workers_of(std::move(configs), common_)},
      admin_{admin_options(worker().settings(), common_), served_by(workers_), common_.clock,
             common_.log} {
    const auto& exposed = worker().ledger().exposed();
    if (!exposed.empty()) common_.log.warn("ledger_exposed", {{"why", exposed}});
}

Task<> Engine::leave() {
    if (!common_.leases) co_return;
    try {
        co_await common_.leases->leave();
    } catch (const std::exception& error) {
        common_.log.warn("leases_kept", {{"why", error.what()}});
    }
}

}  // namespace ringbridge::cli
