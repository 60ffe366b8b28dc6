// Whether the ledger's database answers. While it does not, nothing is begun: what is sent could
// not be written down.
#pragma once

#include "bridge/leases.hpp"
#include "ledger/ledger.hpp"
#include "ports/clock.hpp"
#include "ports/http.hpp"
#include "ports/log.hpp"

#include <string>

namespace ringbridge::bridge {

class LedgerWatch {
  public:
    LedgerWatch(Clock& clock, Log& log) : clock_{clock}, log_{log} {}

    /// Asks it, and renews the leases, if there are any.
    Task<> check(ledger::Ledger* ledger, Leases* leases);
    /// The same every two seconds, until its loop ends.
    Task<> keep_watching(ledger::Ledger* ledger, Leases* leases);

    /// Returns when the database answers, or `stopping`.
    Task<> until_it_answers(const bool* stopping) const;

    /// Why it does not answer; empty if it does.
    const std::string& why_away() const { return why_away_; }

  private:
    void note(std::string why_away);

    Clock& clock_;
    Log& log_;
    std::string why_away_;
};

/// Sends nothing while the ledger cannot be written, nor what may arrive when another replica has
/// the leases: throws LedgerOutOfReach.
class GuardedHttp : public Http {
  public:
    GuardedHttp(Http& http, const LedgerWatch& watch, const Leases* leases)
        : http_{http}, watch_{watch}, leases_{leases} {}
    Task<std::expected<HttpResponse, Lost>> fetch(HttpRequest request) override;

  private:
    Http& http_;
    const LedgerWatch& watch_;
    const Leases* const leases_;  ///< null: no replicas
};

}  // namespace ringbridge::bridge
