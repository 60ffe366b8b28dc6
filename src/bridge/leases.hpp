// Which bridges this replica runs, where several share a ledger, and for how long it may be sure of
// that: see "Replicas" in docs/internals/architecture.md.
#pragma once

#include "ledger/replicas.hpp"
#include "ports/clock.hpp"
#include "ports/database.hpp"
#include "ports/http.hpp"
#include "ports/log.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace ringbridge::bridge {

class Leases {
  public:
    /// `database`: the thread of the ledger's runs. `replica`: its bridges are added by `serve`.
    Leases(ledger::Replicas& replicas, Database& database, Clock& clock, Log& log,
           ledger::Replica replica)
        : replicas_{replicas},
          database_{database},
          clock_{clock},
          log_{log},
          replica_{std::move(replica)} {}

    /// This replica can run the bridge, and keeps it while `is_in_use`.
    void serve(const std::string& bridge, std::function<bool()> is_in_use);

    /// Renews them; takes and gives up bridges. Throws LedgerOutOfReach.
    Task<> renew();
    /// At a good end: the others take the bridges over at once.
    Task<> leave();

    bool is_here(const std::string& bridge) const;
    /// The replica that holds the bridge, as of the last renewal; empty if none does.
    std::string holder(const std::string& bridge) const;

    bool is_elsewhere(const std::string& bridge) const;

    /// Shortens the request's timeout to what is left of the leases. False: too little is left.
    bool limit(HttpRequest* request) const;

  private:
    ledger::Replicas& replicas_;
    Database& database_;
    Clock& clock_;
    Log& log_;
    ledger::Replica replica_;
    std::map<std::string, std::function<bool()>> in_use_;
    ledger::Holders holders_;
    std::optional<SteadyTime> until_;  ///< nothing: never held any
    bool has_left_ = false;
};

}  // namespace ringbridge::bridge
