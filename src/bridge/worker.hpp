// A bridge with all that it owns: the one place that knows which part needs which. The program
// builds it on the real ports, tests build it on simulated ones.
#pragma once

#include "bridge/ledger_session_store.hpp"
#include "bridge/run_log.hpp"
#include "bridge/service.hpp"
#include "ports/ports.hpp"
#include "receptionist/listing.hpp"

#include <memory>
#include <string>

namespace ringbridge::bridge {

struct WorkerOptions {
    std::string name = {};  ///< begins its log lines; empty if there is only one bridge
    ledger::Scope scope = {};
    std::shared_ptr<const receptionist::Profile> profile;
    std::string receptionist_url;
    std::set<std::string> agents = {};  ///< none: all
    receptionist::Credentials credentials;
    std::string hubspot_url;
    Secret hubspot_token;
    CrmOptions crm = {};
    Mapping mapping;
    Rhythm rhythm;
    ServiceOptions service;
    std::vector<Secret> webhook_secrets = {};  ///< any of them; none: webhooks are not accepted
};

class Worker {
  public:
    /// `pacer`: of the account, which other bridges may share. Throws CannotStart or WrongSettings
    /// if the ledger cannot be opened.
    Worker(WorkerOptions options, Ports ports, std::shared_ptr<ledger::Backend> backend,
           hubspot::Pacer& pacer);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    Bridge& bridge() { return bridge_; }
    Service& service() { return service_; }
    ledger::Ledger& ledger() { return ledger_; }
    Push& push() { return bridge_.push(); }
    receptionist::Receptionist& receptionist() { return receptionist_; }
    const hubspot::Client& client() const { return client_; }
    Log& log() { return log_; }

  private:
    RunLog log_;
    ledger::Ledger ledger_;
    LedgerSessionStore session_store_;
    receptionist::Receptionist receptionist_;
    hubspot::Client client_;
    Bridge bridge_;
    Service service_;
};

}  // namespace ringbridge::bridge
