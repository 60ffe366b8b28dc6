// What a person may do with a call that is stuck: the same over HTTP and at the command line.
#pragma once

#include "ledger/ledger.hpp"
#include "ports/task.hpp"

#include <expected>
#include <string>

namespace ringbridge::admin {

/// Why it cannot be done, in HTTP's terms: 400, 404 or 409.
struct Refusal {
    int status = 0;
    std::string code;
    std::string message;
};

class Desk {
  public:
    /// `region`: of numbers without a country code.
    Desk(ledger::Ledger& ledger, std::string region)
        : ledger_{ledger}, region_{std::move(region)} {}

    /// Each answers with the call as it then is.
    using Outcome = std::expected<ledger::Entry, Refusal>;

    Task<Outcome> find(std::string call_id);
    /// Parked, dismissed or waiting: it is tried at the next run.
    Task<Outcome> retry(std::string call_id);
    /// It is not carried over, whatever its record says later, until it is retried.
    Task<Outcome> dismiss(std::string call_id, std::string reason);
    /// `phone` is the caller's, in any format; the call is tried with it at the next run.
    Task<Outcome> give_number(std::string call_id, std::string phone);

    /// All that the ledger holds of a caller's goes; tells of how many calls. Not while one is on
    /// its way to HubSpot.
    Task<std::expected<int, Refusal>> forget(std::string phone, UtcTime now);

  private:
    ledger::Ledger& ledger_;
    const std::string region_;
};

}  // namespace ringbridge::admin
