#include "tests/flow/town.hpp"

#include "core/activity_text.hpp"
#include "receptionist/profile.hpp"

#include <map>

namespace ringbridge::tests {
namespace {

const UtcTime start = *parse_utc("2026-11-23T09:00:00Z");

// Read once: a world starts dozens of processes.
const receptionist::Profile& profile(const std::string& name) {
    static const auto profiles = [] {
        std::map<std::string, receptionist::Profile> all;
        for (const auto& one : receptionist::builtin_profile_names()) {
            all.emplace(one, receptionist::builtin_profile(one));
        }
        return all;
    }();
    return profiles.at(name);
}

receptionist::Profile profile_for(const ProcessOptions& options) {
    auto chosen = profile(options.profile);
    chosen.calls.shortest_interval = options.shortest_interval;
    if (!options.webhook_secrets.empty() && !chosen.webhook) chosen.webhook = goodcall_webhooks();
    if (options.change_profile) options.change_profile(chosen);
    return chosen;
}

Mapping mapping_of(const receptionist::Profile& profile, const ProcessOptions& options) {
    return {.label = profile.label,
            .prefix = profile.property_prefix,
            .region = "US",
            .form_properties = options.form_properties,
            .transcript = options.transcript,
            .recording = options.recording,
            .owner = options.owner,
            .follow_up_missed = options.follow_up_missed,
            .numbers = options.numbers,
            .kinds = options.kinds,
            .hold = options.hold,
            .phone_properties = options.phone_properties};
}

bridge::WorkerOptions worker_options(const ProcessOptions& options,
                                     const bridge::LedgerWatch& watch, bridge::Leases* leases) {
    const auto profile = std::make_shared<const receptionist::Profile>(profile_for(options));
    const bool shared = !options.scope.account.empty();
    std::vector<Secret> webhook_secrets;
    for (const auto& secret : options.webhook_secrets) webhook_secrets.emplace_back(secret);
    return {.scope = options.scope,
            .profile = profile,
            .receptionist_url = site_origin,
            .credentials = {.email = options.email,
                            .password = Secret{options.password},
                            .token = Secret{options.pasted_token},
                            .api_key = Secret{options.api_key}},
            .hubspot_url = hubspot_origin,
            .hubspot_token = Secret{options.hubspot_token},
            .crm = {options.wish, options.portal_id, "test"},
            .mapping = mapping_of(*profile, options),
            .rhythm = {.overlap = std::chrono::minutes{60},
                       .interval = options.look_interval.value_or(options.interval),
                       .depth = options.depth,
                       .retention = options.retention},
            .service = {.interval = options.interval,
                        .first_wait = options.first_wait,
                        .account = options.scope.account,
                        .schedule_wait = shared ? options.interval : Milliseconds{0},
                        .one_of_many = shared,
                        .watch = &watch,
                        .bridge = "main",
                        .leases = leases},
            .webhook_secrets = std::move(webhook_secrets)};
}

std::unique_ptr<bridge::Leases> leases_of(const Surroundings& at, Database& database,
                                          const ledger::Replica& replica) {
    auto* replicas = at.backend->replicas();
    if (!replicas || replica.name.empty()) return nullptr;
    return std::make_unique<bridge::Leases>(*replicas, database, at.clock, at.log, replica);
}

}  // namespace

std::optional<std::string> marked_id(const std::string& body) {
    const auto ids = marked_ids(body, "GoodCall");
    return ids.empty() ? std::nullopt : std::optional{ids.front().text};
}

Town::Town(std::uint64_t seed, sim::PortalOptions portal_options)
    : world{seed, start},
      network{world},
      portal{std::move(portal_options)},
      site{{.seed = seed}},
      workload{seed} {
    network.mount(hubspot_origin, [this](const HttpRequest& request, UtcTime now) {
        return portal.answer(request, now);
    });
    network.mount(site_origin, [this](const HttpRequest& request, UtcTime now) {
        return site.answer(request, now);
    });
}

void Town::publish(std::vector<sim::PlannedCall> planned) {
    for (auto& call : planned) site.publish(std::move(call.record));
}

sim::Network::Faults unreachable(std::string origin) {
    return [origin = std::move(origin)](const HttpRequest& request) {
        return request.url.starts_with(origin) ? sim::Fault::lose_request() : sim::Fault::none();
    };
}

std::vector<sim::PlannedCall> Town::publish_calls(int count, std::chrono::hours span) {
    std::vector<sim::PlannedCall> planned;
    const auto step = Milliseconds{span} / (count + 1);
    for (int i = 1; i <= count; ++i) {
        planned.push_back(workload.make_call(world.now() - span + i * step));
    }
    publish(planned);
    return planned;
}

Process::Process(Town& town, ProcessOptions options)
    : Process{{town.world, town.clock, town.network, town.log,
               ledger::backend_at(town.ledger_file.location())},
              std::move(options)} {}

Process::Process(Surroundings at, ProcessOptions options)
    : world_{at.world},
      workbench_{at.world},
      database_{at.database ? *at.database : workbench_},
      vault_{options.token_key},
      backend_{at.backend},
      booked_{backend_->shared_texts(options.scope.account, database_)},
      pacer_{*booked_, at.clock},
      watch_{at.clock, at.log},
      leases_{leases_of(at, database_, options.replica)},
      guarded_{at.network, watch_, leases_.get()},
      worker_{worker_options(options, watch_, leases_.get()),
              {at.clock, at.world, guarded_, database_, database_, vault_, at.log},
              backend_,
              pacer_} {}

receptionist::Webhook goodcall_webhooks() {
    using receptionist::parse_json_path;
    return {.signatures = {{.headers = {"Signature"},
                            .digest = "v0",
                            .timestamp = "t",
                            .covers = "${timestamp}.${body}"}},
            .event = receptionist::EventKinds{.path = *parse_json_path("$.event"),
                                              .finished = {"call_ended"},
                                              .updated = {"call_analyzed"}},
            .record = {*parse_json_path("$.call")},
            .updated_at = parse_json_path("$.at")};
}

bridge::Report Process::sync(bridge::Order order) {
    return world_.run(bridge().run(std::move(order)));
}

bridge::Order last_week(const Town& town) {
    bridge::Order order;
    order.since = town.world.now() - std::chrono::hours{7 * 24};
    return order;
}

}  // namespace ringbridge::tests
