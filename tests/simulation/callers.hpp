// The callers of a world, and what should be in HubSpot for each of their calls.
#pragma once

#include "tests/simulation/setting.hpp"

#include <map>
#include <optional>
#include <string>

namespace ringbridge::simulation {

/// A call as it is: what its activity must tell in the end.
struct CallTruth {
    sim::PlannedCall planned;
    bool reachable = true;  ///< has an id, a time and a number
    std::string summary;    ///< of its newest version
    int duration_seconds = 0;
    std::optional<UtcTime> changed_at;
};

class Callers {
  public:
    explicit Callers(Setting& setting);

    /// By the id under which the receptionist lists it; empty ids are not in it.
    const std::map<std::string, CallTruth>& calls() const { return calls_; }
    const sim::Caller& caller_of(const CallTruth& call) const {
        return setting_.workload.callers()[call.planned.caller];
    }
    int published() const { return published_; }
    /// What has changed once may change again, while it is being told.
    void see_write();

  private:
    void make_call(Milliseconds after_start);
    void publish(std::string id, std::string record);
    void change(std::string id);

    Setting& setting_;
    UtcTime ends_at_;  ///< of all that happens
    std::map<std::string, CallTruth> calls_;
    int published_ = 0;
};

}  // namespace ringbridge::simulation
