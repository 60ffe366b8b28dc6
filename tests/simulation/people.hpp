// The people who work in HubSpot meanwhile.
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

    Setting& setting_;
    Witness& witness_;
};

}  // namespace ringbridge::simulation
