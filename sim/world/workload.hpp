// A small business's callers and their calls: numbers in messy formats, some of them in HubSpot
// already in another format. It is what a run must carry over.
#pragma once

#include "core/time.hpp"
#include "sim/hubspot/portal.hpp"
#include "sim/receptionist/site.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace ringbridge::sim {

struct Caller {
    std::string e164;
    std::string first_name, last_name;
    std::string contact_id;  ///< of the contact that exists already; else empty
};

/// A call as it was made, before the platform's own notation.
struct PlannedCall {
    std::string id;
    UtcTime at;
    int duration_seconds = 0;
    std::size_t caller = 0;  ///< index into callers
    std::string action;
    std::string record;  ///< the platform's JSON
};

class Workload {
  public:
    explicit Workload(std::uint64_t seed) : random_{seed} {}

    /// Adds callers; the first `known` are put into the portal in some other format.
    void add_callers(std::size_t count, std::size_t known, HubSpotPortal& portal, UtcTime now);
    /// Another contact with that caller's number, in some format. Returns its id.
    std::string add_duplicate(std::size_t caller, std::map<std::string, std::string> properties,
                              HubSpotPortal& portal, UtcTime born);
    /// A call of a random caller, in that platform's notation.
    PlannedCall make_call(UtcTime at);

    const std::vector<Caller>& callers() const { return callers_; }

    static constexpr const char* agent_number = "+17035550100";

  private:
    std::size_t pick(std::size_t below) { return random_() % below; }
    std::string written(const std::string& e164);

    std::mt19937_64 random_;
    std::vector<Caller> callers_;
    int calls_made_ = 0;
};

}  // namespace ringbridge::sim
