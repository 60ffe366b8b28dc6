// Who may run now: one run at a time on a ledger, or on an account of it, whichever bridge or
// process asks; and who waits goes before whoever has just had it.
#pragma once

#include "ledger/ledger.hpp"
#include "ports/clock.hpp"

#include <memory>
#include <string>

namespace ringbridge::bridge {

/// Between two tries to take it.
inline constexpr Milliseconds lock_poll_interval{200};

class RunLock {
  public:
    using Held = std::unique_ptr<ledger::RunLock>;

    /// `account`: the portal, if the ledger serves several bridges; else empty. `running`: this
    /// bridge has a run, which gives way only to others. `stopping`: nobody waits any longer.
    RunLock(ledger::Ledger& ledger, Clock& clock, std::string account, const bool& running,
            const bool& stopping)
        : ledger_{ledger},
          clock_{clock},
          account_{std::move(account)},
          running_{running},
          stopping_{stopping} {}

    /// Null: it was not free within `wait`.
    Task<Held> take(Milliseconds wait);
    /// However long it takes. Throws StopAsked.
    Task<Held> wait();
    /// Hands it to a waiter, if there is one, and takes it again. True: somebody had it. Throws
    /// StopAsked.
    Task<bool> give_way(Held* held);

  private:
    Task<Held> try_lock(Held* place);
    Task<Held> try_place();

    ledger::Ledger& ledger_;
    Clock& clock_;
    const std::string account_;
    const bool& running_;
    const bool& stopping_;
};

}  // namespace ringbridge::bridge
