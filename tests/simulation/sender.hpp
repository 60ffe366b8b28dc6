// The platform's webhooks: every version of a call is sent as a signed event, once, twice, late,
// out of order or not at all. Whatever of them arrives, the list has the call as well, unless it
// never has.
#pragma once

#include "tests/simulation/machine.hpp"

#include <set>
#include <string>

namespace ringbridge::simulation {

class Sender {
  public:
    Sender(Setting& setting, Machine& machine) : setting_{setting}, machine_{machine} {}

    /// `insists`: the event is not lost, and is sent again until it is accepted.
    void send(std::string record, bool insists);

  private:
    void send_at(UtcTime moment, std::string event, bool insists);
    void deliver(std::string event, bool insists);
    void forge(const std::string& record);
    Headers signature_of(const std::string& event, const std::string& secret) const;

    Setting& setting_;
    Machine& machine_;
    std::set<std::string> accepted_;
    UtcTime last_event_at_;  ///< no two have the same: which is newer would be anybody's guess
};

}  // namespace ringbridge::simulation
