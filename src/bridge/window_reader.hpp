// Reads a window into the ledger, even if one record keeps the platform from listing it.
//
// What fails as a whole is read in parts: its newest hour first, since new calls must not wait for
// an old one; then the rest in halves, until what cannot be read is a minute. That is stored as a
// gap in the ledger, left out of every later window, and retried with backoff. If not even the
// newest minute can be read, the platform is down, and no gap is recorded.
#pragma once

#include "bridge/detailed_pages.hpp"
#include "bridge/intake.hpp"
#include "bridge/report.hpp"
#include "ledger/ledger.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"
#include "receptionist/listing.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::bridge {

class WindowReader {
  public:
    /// `stopping`: throws StopAsked before the next page. Calls are counted in `report`.
    /// `before_request`: see DetailedPages.
    WindowReader(receptionist::Receptionist& receptionist, ledger::Ledger& ledger, Intake& intake,
                 DriftWatch& drift, Clock& clock, Log& log, const bool& stopping, Report& report,
                 std::function<Task<>()> before_request = {})
        : pages_{receptionist, ledger, log, std::move(before_request)},
          ledger_{ledger},
          clock_{clock},
          log_{log},
          stopping_{stopping},
          report_{report},
          intake_{intake},
          drift_{drift} {}

    /// All but the gaps: known ones are left out, new ones are recorded. Throws OutOfReach or
    /// CredentialsRefused if the platform does not answer at all.
    Task<> read(TimeRange window);
    /// Retries the gaps that are due.
    Task<> read_due_gaps();

    /// Calls that were not in the report before.
    const std::set<CallId>& seen_first() const { return seen_first_; }

  private:
    using Failure = std::optional<receptionist::PlatformError>;

    Task<> read_part(TimeRange part);
    Task<Failure> read_whole(TimeRange range, receptionist::Patience patience);
    Task<std::optional<UtcTime>> read_newest(TimeRange part);
    Task<std::vector<ledger::Gap>> read_in_halves(TimeRange range);
    Task<> retry(ledger::Gap gap);
    Task<> record(receptionist::Page page, UtcTime asked_at);

    DetailedPages pages_;
    ledger::Ledger& ledger_;
    Clock& clock_;
    Log& log_;
    const bool& stopping_;
    Report& report_;
    Intake& intake_;
    DriftWatch& drift_;
    std::set<CallId> seen_first_;
    int failures_left_ = 0;
};

/// A call's result when it is listed; the later steps change it.
CallResult result_of(ledger::Stage stage);

/// Throws the exception that ends the run with this error.
[[noreturn]] void stop_for(const receptionist::PlatformError& error);

}  // namespace ringbridge::bridge
