// Pages of calls with their details, where a platform lists calls without them. A detail is asked
// for only if the listed record changed since, or the call is not finished.
#pragma once

#include "ledger/ledger.hpp"
#include "ports/log.hpp"
#include "receptionist/listing.hpp"

#include <functional>
#include <utility>

namespace ringbridge::bridge {

class DetailedPages {
  public:
    /// `before_request`: what must not wait until all is read has its turn.
    DetailedPages(receptionist::Receptionist& receptionist, ledger::Ledger& ledger, Log& log,
                  std::function<Task<>()> before_request = {})
        : receptionist_{receptionist},
          ledger_{ledger},
          log_{log},
          before_request_{std::move(before_request)} {}

    /// As Receptionist::read_page. A call whose detail cannot be read is there as it is known, or
    /// as it was listed if it is new; its record says why, and it is asked for again when the call
    /// is listed next.
    Task<std::expected<receptionist::Page, receptionist::PlatformError>> read(
        TimeRange window, std::string cursor,
        receptionist::Patience patience = receptionist::Patience::usual);

  private:
    using Failure = std::optional<receptionist::PlatformError>;
    Task<Failure> complete(Call* call, receptionist::ListedRecord* record,
                           receptionist::Patience patience);

    receptionist::Receptionist& receptionist_;
    ledger::Ledger& ledger_;
    Log& log_;
    std::function<Task<>()> before_request_;
    int failed_ = 0;  ///< details that could not be read
};

}  // namespace ringbridge::bridge
