// The operator at the command line, beside the running bridge: dismisses a call, or gives it a
// number.
#pragma once

#include "ledger/ledger.hpp"
#include "tests/simulation/witness.hpp"

#include <functional>

namespace ringbridge::simulation {

class Operator {
  public:
    Operator(Setting& setting, const Callers& callers, Witness& witness);

    /// Often during a run.
    void see_write();

  private:
    void act_at(UtcTime moment, Disturber disturber);
    void dismiss(ledger::Ledger& ledger);
    void give_number(ledger::Ledger& ledger);

    Setting& setting_;
    const Callers& callers_;
    Witness& witness_;
};

}  // namespace ringbridge::simulation
