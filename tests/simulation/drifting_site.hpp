// The receptionist's site changes the shape of its records at some moment, and an operator corrects
// the profile later. Where the site drops a field, it has it again later.
#pragma once

#include "tests/simulation/callers.hpp"
#include "tests/simulation/machine.hpp"

#include <string>

namespace ringbridge::simulation {

class DriftingSite {
  public:
    DriftingSite(Setting& setting, Callers& callers, Machine& machine);

    /// Whether records are shown in a shape that the profile does not fit.
    bool is_misread() const { return misread_; }
    bool has_drifted() const { return drifted_; }

  private:
    struct Change;
    void drift(const Change& change);
    void fix(const Change& change);

    Setting& setting_;
    Callers& callers_;
    Machine& machine_;
    UtcTime drifted_at_;
    bool drifted_ = false, misread_ = false;
};

}  // namespace ringbridge::simulation
