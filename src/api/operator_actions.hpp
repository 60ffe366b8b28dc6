// What a person can do with a stuck call, over HTTP and on the command line alike.
#pragma once

#include "api/refusal.hpp"
#include "ledger/ledger.hpp"
#include "ports/task.hpp"

#include <expected>
#include <string>

namespace ringbridge::api {

class OperatorActions {
  public:
    /// `region`: for numbers without a country code.
    OperatorActions(ledger::Ledger& ledger, std::string region)
        : ledger_{ledger}, region_{std::move(region)} {}

    /// Each returns the call as it is afterwards.
    using Outcome = std::expected<ledger::Entry, Refusal>;

    Task<Outcome> find(CallId call_id);
    /// A parked, dismissed or waiting call is tried at the next run.
    Task<Outcome> retry(CallId call_id);
    /// The call is not synced, whatever its record says later, until it is retried.
    Task<Outcome> dismiss(CallId call_id, std::string reason);
    /// `phone`: the caller's, in any format; the next run tries the call with it.
    Task<Outcome> give_number(CallId call_id, std::string phone);

    /// Deletes all that the ledger holds about a caller; returns of how many calls. Refused while
    /// one of them is on its way to HubSpot.
    Task<std::expected<int, Refusal>> forget(std::string phone, UtcTime now);

  private:
    ledger::Ledger& ledger_;
    const std::string region_;
};

}  // namespace ringbridge::api
