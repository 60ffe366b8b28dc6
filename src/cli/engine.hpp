// The real bridges, assembled from their settings.
#pragma once

#include "admin/admin.hpp"
#include "bridge/worker.hpp"
#include "cli/bridge_config.hpp"
#include "ledger/backends.hpp"
#include "ports/body_counts.hpp"
#include "runtime/curl_http.hpp"
#include "runtime/ledger_thread.hpp"
#include "runtime/sodium_vault.hpp"
#include "runtime/system_clock.hpp"
#include "runtime/text_log.hpp"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ringbridge::cli {

/// The pace of one account's requests: HubSpot counts an account's searches together.
struct Pace {
    Pace(const runtime::Settings& settings, ledger::Backend& backend, Database& database,
         const Clock& clock);

    std::unique_ptr<SharedTexts> booked;
    hubspot::Pacer pacer;
};

/// What the bridges of one process share.
struct Common {
    Common(const runtime::Settings& settings, std::shared_ptr<BodyCounts> webhook_bodies);
    Ports ports() { return {clock, random, guarded, ledger_thread, reading_thread, vault, log}; }
    hubspot::Pacer& pacer(const runtime::Settings& settings);

    runtime::SystemClock clock;
    runtime::SystemRandom random;
    runtime::StderrLog log;
    runtime::CurlHttp http;
    bridge::LedgerWatch watch{clock, log};
    runtime::LedgerThread ledger_thread;
    runtime::LedgerThread reading_thread;  ///< people's queries: no run waits for them
    std::shared_ptr<ledger::Backend> backend;
    std::unique_ptr<bridge::Leases> leases;  ///< null: no replicas
    bridge::GuardedHttp guarded{http, watch, leases.get()};
    runtime::SodiumVault vault;
    std::map<std::string, Pace> paces;  ///< by portal
    std::shared_ptr<BodyCounts> webhook_bodies;
};

/// A bridge with the settings that it was built from.
class Worker : public bridge::Worker {
  public:
    Worker(BridgeConfig config, Common& common);
    const runtime::Settings& settings() const { return settings_; }

  private:
    const runtime::Settings settings_;
};

/// Destroy it before the loop that its coroutines run on, and after that loop has stopped.
class Engine {
  public:
    /// Throws CannotStart, WrongSettings, CredentialsRefused or LedgerOutOfReach if the ledger
    /// cannot be opened. `webhook_bodies`: counted by the server in front.
    explicit Engine(std::vector<BridgeConfig> configs,
                    std::shared_ptr<BodyCounts> webhook_bodies = std::make_shared<BodyCounts>());
    /// A stopped loop may have left work for the ledger.
    ~Engine() {
        common_.ledger_thread.finish();
        common_.reading_thread.finish();
    }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    std::deque<Worker>& workers() { return workers_; }
    /// The command's bridge.
    Worker& worker() { return workers_.front(); }
    Clock& clock() { return common_.clock; }
    Log& log() { return common_.log; }
    /// Once, and as long as the loop runs: see LedgerWatch.
    Task<> check_ledger() { return common_.watch.check(&worker().ledger(), common_.leases.get()); }
    Task<> watch_ledger() {
        return common_.watch.keep_watching(&worker().ledger(), common_.leases.get());
    }
    /// At a good end: other replicas take over its bridges.
    Task<> leave();
    /// A request to the admin API.
    Task<HttpResponse> answer(InboundRequest request) { return admin_.answer(std::move(request)); }

  private:
    Common common_;
    std::deque<Worker> workers_;
    admin::Admin admin_;
};

}  // namespace ringbridge::cli
