// The people who work in HubSpot at the same time.
#pragma once

#include "tests/simulation/witness.hpp"

namespace ringbridge::simulation {

class People {
  public:
    People(Setting& setting, Witness& witness);

  private:
    void at_some_moments(Disturber disturber, int most, void (People::*act)());
    void edit();
    void add();
    void merge();
    void merge_away();
    void edit_activity();
    void delete_property();
    std::optional<sim::PortalCall> some_activity(Disturber disturber) const;

    Setting& setting_;
    Witness& witness_;
};

}  // namespace ringbridge::simulation
