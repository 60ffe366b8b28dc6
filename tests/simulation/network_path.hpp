// The network between the bridge and the two sides.
#pragma once

#include "tests/simulation/setting.hpp"

#include <vector>

namespace ringbridge::simulation {

class NetworkPath {
  public:
    /// Draws the outages of this world.
    explicit NetworkPath(Setting& setting);

    sim::Fault fault_of(const HttpRequest& request);

  private:
    struct Outage {
        Disturber disturber;
        UtcTime from, until;
    };
    void draw_outage(Disturber disturber, Milliseconds shortest, Milliseconds longest);
    bool under(Disturber disturber) const;

    sim::Fault to_hubspot(const HttpRequest& request);
    sim::Fault to_site();

    Setting& setting_;
    SeededRandom latency_;
    std::vector<Outage> outages_;
};

}  // namespace ringbridge::simulation
