// What happens between the bridge and the two sides.
#pragma once

#include "tests/simulation/setting.hpp"

#include <vector>

namespace ringbridge::simulation {

class Road {
  public:
    /// Draws the outages of this world.
    explicit Road(Setting& setting);

    sim::Fate fate_of(const HttpRequest& request);

  private:
    struct Outage {
        Disturber disturber;
        UtcTime from, until;
    };
    void draw_outage(Disturber disturber, Milliseconds shortest, Milliseconds longest);
    bool under(Disturber disturber) const;

    sim::Fate to_hubspot(const HttpRequest& request);
    sim::Fate to_site();

    Setting& setting_;
    Chance latency_;
    std::vector<Outage> outages_;
};

}  // namespace ringbridge::simulation
