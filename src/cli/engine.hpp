// The real bridge, put together from its settings.
#pragma once

#include "admin/admin.hpp"
#include "bridge/service.hpp"
#include "bridge/session_keeper.hpp"
#include "runtime/curl_http.hpp"
#include "runtime/ledger_thread.hpp"
#include "runtime/settings.hpp"
#include "runtime/sodium_vault.hpp"
#include "runtime/system_clock.hpp"
#include "runtime/text_log.hpp"

#include <expected>
#include <string>
#include <vector>

namespace ringbridge::cli {

/// The profile that a setting names: built in, or a file. The faults are for the operator.
std::expected<receptionist::Profile, std::vector<runtime::SettingFault>> load_profile(
    const std::string& name_or_path);

/// Destroy it before the loop that its coroutines run on, and after that loop has stopped.
class Engine {
  public:
    /// Throws std::runtime_error where the ledger cannot be opened.
    Engine(const runtime::Settings& settings, receptionist::Profile profile);
    /// A loop that was stopped may have left work for the ledger.
    ~Engine() { ledger_thread_.finish(); }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    receptionist::Receptionist& receptionist() { return receptionist_; }
    bridge::Bridge& bridge() { return bridge_; }
    bridge::Service& service() { return service_; }
    ledger::Ledger& ledger() { return ledger_; }
    Clock& clock() { return clock_; }
    Log& log() { return log_; }
    /// A request to the admin API.
    Task<HttpResponse> answer(InboundRequest request) { return admin_.answer(std::move(request)); }

  private:
    runtime::SystemClock clock_;
    runtime::SystemDice dice_;
    runtime::StderrLog stderr_;
    bridge::RunLog log_{stderr_};
    runtime::CurlHttp http_;
    runtime::LedgerThread ledger_thread_;
    ledger::Ledger ledger_;
    runtime::SodiumVault vault_;
    bridge::SessionKeeper keeper_;
    receptionist::Receptionist receptionist_;
    hubspot::Door door_;
    bridge::Bridge bridge_;
    bridge::Service service_;
    admin::Admin admin_;
};

}  // namespace ringbridge::cli
