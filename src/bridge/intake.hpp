// The one way by which calls come into the ledger, whoever brings them.
#pragma once

#include "ledger/ledger.hpp"
#include "ports/clock.hpp"
#include "receptionist/listing.hpp"

#include <map>
#include <string>
#include <vector>

namespace ringbridge::bridge {

class Intake {
  public:
    Intake(receptionist::Receptionist& receptionist, ledger::Ledger& ledger, Clock& clock)
        : receptionist_{receptionist}, ledger_{ledger}, clock_{clock} {}

    /// What cannot be read is kept as well, for a person. Once this returns, nothing of it can be
    /// lost. Returns each call's stage after that.
    Task<std::map<CallId, ledger::Stage>> take(std::vector<Call> calls,
                                               std::vector<UnreadableRecord> unreadable) {
        // By the platform's clock, as the calls' own times are.
        const auto seen_at = clock_.now() + receptionist_.platform_ahead();
        co_return co_await ledger_.record(std::move(calls), std::move(unreadable), seen_at);
    }

  private:
    receptionist::Receptionist& receptionist_;
    ledger::Ledger& ledger_;
    Clock& clock_;
};

}  // namespace ringbridge::bridge
