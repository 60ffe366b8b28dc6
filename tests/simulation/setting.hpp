// What the parts of a simulated world share: both sides, the way between, the disk, the clock, and
// the count of what went wrong.
#pragma once

#include "sim/disk.hpp"
#include "sim/network.hpp"
#include "sim/workload.hpp"
#include "tests/simulation/scenario.hpp"
#include "tests/simulation/seeded_random.hpp"
#include "tests/simulation/story.hpp"

#include <map>
#include <string>

namespace ringbridge::simulation {

/// Called with what was promised and what was seen instead: the world has failed.
struct Violation {
    std::string promise;
    std::string seen;
};

// How long a write may still be on its way through HubSpot when its sender has given up or died:
// what docs/what-is-promised.md assumes, and a little less.
inline constexpr Milliseconds latest_after_giving_up = std::chrono::seconds{12};

inline const std::string ledger_file = "ledger.db";

struct Setting {
    Setting(Scenario drawn, bool keep_story);

    /// Whether a disturber strikes at this opportunity.
    bool strikes(Disturber disturber, int per_mille);
    /// A disturber's own stream.
    SeededRandom& random(Disturber disturber) { return randoms_.at(disturber); }
    /// Nothing goes wrong from now on.
    void calm() { calm_ = true; }
    void tell(std::string_view who, std::string_view what) { story.tell(world.now(), who, what); }

    const Scenario scenario;
    Story story;
    sim::Disk disk;  ///< outlives the world, which at its end drops what still holds a file open
    sim::World world;
    sim::MachineClock clock{world};  ///< of the machine on which the bridge runs
    sim::Network network;
    sim::HubSpotPortal portal;
    sim::ReceptionistSite site;
    sim::Workload workload;
    std::map<Disturber, int> struck;
    int times_struck(Disturber disturber) const {
        const auto times = struck.find(disturber);
        return times == struck.end() ? 0 : times->second;
    }
    /// What stands between the bridge and HubSpot lets no request through that holds it. Empty:
    /// all.
    std::string refused_word;
    /// The last digits of a number for which no search gets through. Empty: none.
    std::string unsearchable;
    UtcTime last_late_arrival;  ///< of a request whose sender gets no answer

  private:
    std::map<Disturber, SeededRandom> randoms_;
    int strikes_left_;
    bool calm_ = false;
};

}  // namespace ringbridge::simulation
