// What the parts of a simulated world share: both sides, the network, the disk, the clock, and the
// count of injected faults.
#pragma once

#include "receptionist/profile.hpp"
#include "sim/world/disk.hpp"
#include "sim/world/network.hpp"
#include "sim/world/workload.hpp"
#include "tests/simulation/scenario.hpp"
#include "tests/simulation/seeded_random.hpp"
#include "tests/simulation/story.hpp"

#include <functional>
#include <map>
#include <string>

namespace ringbridge::simulation {

/// Thrown with what was promised and what was seen instead: the world has failed.
struct Violation {
    std::string promise;
    std::string seen;
};

// How long a write may still be in transit after its sender has given up or died: a little less
// than docs/use/what-is-promised.md assumes.
inline constexpr Milliseconds latest_after_giving_up = std::chrono::seconds{12};

inline const std::string ledger_file = "ledger.db";

struct Setting {
    Setting(Scenario drawn, bool keep_story);

    /// Whether a disturber injects a fault at this opportunity; counts it.
    bool injects(Disturber disturber, int per_mille);
    /// A disturber's own stream.
    SeededRandom& random(Disturber disturber) { return randoms_.at(disturber); }
    /// Injects no more faults from now on.
    void calm() { calm_ = true; }
    void note(std::string_view who, std::string_view what) { story.add(world.now(), who, what); }

    const Scenario scenario;
    Story story;
    sim::Disk disk;  ///< outlives the world, which closes the last open files
    sim::World world;
    sim::MachineClock clock{world};  ///< of the machine on which the bridge runs
    sim::Network network;
    sim::HubSpotPortal portal;
    sim::ReceptionistSite site;
    sim::Workload workload;
    std::map<Disturber, int> injected;
    /// Sends a call's record by webhook; `insists`: until it is accepted.
    std::function<void(std::string record, bool insists)> send_event;
    int times_injected(Disturber disturber) const {
        const auto times = injected.find(disturber);
        return times == injected.end() ? 0 : times->second;
    }
    /// A firewall before HubSpot refuses requests that contain it. Empty: none.
    std::string refused_word;
    /// The last digits of a number whose searches are refused. Empty: none.
    std::string unsearchable;
    /// The profile as an operator has corrected it. Empty: as it was.
    std::function<void(receptionist::Profile&)> corrected_profile;
    bool has_replicas = false;
    UtcTime last_late_arrival;  ///< of a request whose sender gets no answer

  private:
    std::map<Disturber, SeededRandom> randoms_;
    int faults_left_;
    bool calm_ = false;
};

}  // namespace ringbridge::simulation
