// A town for tests: a simulated receptionist and a simulated HubSpot in one world, and the bridge
// between them as a process that can die and restart on the same disk.
#pragma once

#include "bridge/worker.hpp"
#include "ledger/backends.hpp"
#include "receptionist/listing.hpp"
#include "sim/hubspot/portal.hpp"
#include "sim/receptionist/site.hpp"
#include "sim/world/fake_vault.hpp"
#include "sim/world/network.hpp"
#include "sim/world/workload.hpp"
#include "sim/world/world.hpp"
#include "tests/flow/scratch_ledger.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::tests {

inline constexpr const char* hubspot_origin = "http://hubspot.test";
inline constexpr const char* site_origin = "http://goodcall.test";

/// The id in a GoodCall marker of an activity's or a task's body.
std::optional<std::string> marked_id(const std::string& body);

struct Town {
    explicit Town(std::uint64_t seed = 1, sim::PortalOptions portal_options = {});

    void publish(std::vector<sim::PlannedCall> planned);
    /// `count` calls of the callers in `workload`, spread over the time before now.
    std::vector<sim::PlannedCall> publish_calls(int count, std::chrono::hours span);

    sim::World world;
    sim::MachineClock clock{world};  ///< of the machine on which the bridge runs
    sim::Network network;
    sim::HubSpotPortal portal;
    sim::ReceptionistSite site;
    sim::Workload workload;
    sim::Notebook log;
    ScratchLedger ledger_file;
};

/// The environment of a process.
struct Surroundings {
    sim::World& world;
    Clock& clock;
    Http& network;
    Log& log;
    std::shared_ptr<ledger::Backend> backend;
    Database* database = nullptr;  ///< that runs the ledger's work; null: one of the world
};

struct ProcessOptions {
    hubspot::Wish wish;
    std::string portal_id;
    std::string hubspot_token = sim::PortalOptions{}.token;
    std::string email = sim::SiteOptions{}.email;
    std::string password = sim::SiteOptions{}.password;
    std::string pasted_token;
    std::string profile = "goodcall";
    std::string api_key;
    std::set<CallKind> kinds = Mapping{}.kinds;
    std::string token_key;
    std::vector<FormProperty> form_properties;
    bool transcript = true;
    Recording recording = Recording::player;
    OwnerRule owner = {};
    bool follow_up_missed = false;
    Milliseconds interval = std::chrono::minutes{5};  ///< of scheduled runs
    Milliseconds first_wait{0};                       ///< before the first of them
    Milliseconds depth = std::chrono::days{60};
    /// How often a long run looks for new calls; as often as the schedule if not set.
    std::optional<Milliseconds> look_interval;
    std::optional<Milliseconds> shortest_interval;  ///< that the platform tolerates
    NumberLists numbers;
    HoldRules hold;
    std::set<std::string> phone_properties;
    Milliseconds retention{0};
    std::function<void(receptionist::Profile&)> change_profile;  ///< if set
    std::vector<std::string> webhook_secrets;  ///< GoodCall's profile gets `goodcall_webhooks`
    ledger::Scope scope;  ///< with an account: it takes turns with the account's other bridges
    ledger::Replica replica = {};  ///< without a name: its bridge is always here
};

/// The bridge's process: everything that is lost in a restart.
class Process {
  public:
    explicit Process(Town& town, ProcessOptions options = {});
    Process(Surroundings surroundings, ProcessOptions options);

    bridge::Report sync(bridge::Order order = {});
    bridge::Bridge& bridge() { return worker_.bridge(); }
    bridge::Service& service() { return worker_.service(); }
    ledger::Ledger& ledger() { return worker_.ledger(); }
    receptionist::Receptionist& receptionist() { return worker_.receptionist(); }
    bridge::Push& push() { return worker_.push(); }
    /// As long as the world runs: see LedgerWatch.
    Task<> watch_ledger() { return watch_.keep_watching(&ledger(), leases_.get()); }

  private:
    sim::World& world_;
    sim::Workbench workbench_;
    Database& database_;
    sim::FakeVault vault_;
    std::shared_ptr<ledger::Backend> backend_;
    std::unique_ptr<SharedTexts> booked_;
    hubspot::Pacer pacer_;
    bridge::LedgerWatch watch_;
    std::unique_ptr<bridge::Leases> leases_;  ///< null: no replicas
    bridge::GuardedHttp guarded_;
    bridge::Worker worker_;
};

/// A section `webhook` for GoodCall's records, as if it sent them: `{"event":…,"at":…,"call":{…}}`.
receptionist::Webhook goodcall_webhooks();

/// No request arrives there; all others do.
sim::Network::Faults unreachable(std::string origin);

/// The last week, for tests whose calls lie in it.
bridge::Order last_week(const Town& town);

}  // namespace ringbridge::tests
