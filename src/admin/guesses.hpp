// Rate limit for wrong admin tokens.
//
// Per address, so that nobody's guesses lock another client out: an address without a wrong token
// in the last minute may always try. Behind a proxy all clients have the proxy's address.
#pragma once

#include "ports/clock.hpp"
#include "ports/log.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace ringbridge::admin {

/// Since the process began.
struct GuessCounts {
    std::uint64_t wrong = 0;    ///< tokens that were checked
    std::uint64_t ignored = 0;  ///< tokens refused unchecked
};

class Guesses {
  public:
    Guesses(Clock& clock, Log& log) : clock_{clock}, log_{log} {}

    /// Whether a token from this address is checked now.
    bool may_try(const std::string& peer);
    void note_wrong(const std::string& peer);
    const GuessCounts& counts() const { return counts_; }

  private:
    std::size_t recent_of(const std::string& network) const;
    void forget_old();

    Clock& clock_;
    Log& log_;
    /// The last minute's wrong tokens, oldest first: when, and from which network.
    std::deque<std::pair<SteadyTime, std::string>> recent_;
    GuessCounts counts_;
};

}  // namespace ringbridge::admin
