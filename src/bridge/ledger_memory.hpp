// From when on the ledger certainly knows what was done. What was done before, another ledger may
// have known: one that was lost, or this one before an older copy of it was put back, whatever its
// age. So what is not known to be done is looked up in HubSpot before it is done.
#pragma once

#include "ports/clock.hpp"

#include <optional>

namespace ringbridge::bridge {

class LedgerMemory {
  public:
    /// To be called before a delivery. `rollbacks`: see Ledger. Of what was there before its first
    /// one a process knows nothing.
    void note(int rollbacks, SteadyTime now) {
        if (rollbacks == rollbacks_) return;
        was_rolled_back_ = rollbacks_.has_value();
        rollbacks_ = rollbacks;
        complete_since_ = now;
    }

    SteadyTime complete_since() const { return complete_since_; }
    /// Before this process's eyes: what is forgotten may have been done a moment before.
    bool was_rolled_back() const { return was_rolled_back_; }

  private:
    std::optional<int> rollbacks_;
    SteadyTime complete_since_;
    bool was_rolled_back_ = false;
};

}  // namespace ringbridge::bridge
