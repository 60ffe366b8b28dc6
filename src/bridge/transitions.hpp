// How a call's row advances, other than by a successful write, and what the report says of it. The
// row is not saved here.
#pragma once

#include "bridge/entries.hpp"
#include "bridge/run_context.hpp"

#include <optional>
#include <string>

namespace ringbridge::bridge {

class Transitions {
  public:
    explicit Transitions(const RunContext& run) : run_{run} {}

    /// Try again later, not before `earliest`; the call's progress is kept.
    void defer(Entry& entry, const char* stage, std::string reason, SteadyTime earliest = {});
    void defer_until(Entry& entry, const char* stage, std::string reason, SteadyTime moment);
    /// A person must decide.
    void park(Entry& entry, const char* stage, std::string reason);
    /// The same: HubSpot refused it, and would refuse it again.
    void park_refused(Entry& entry, const char* stage, std::string reason);
    /// Set aside for good; no person needs to decide.
    void dismiss(Entry& entry, std::string reason);
    void finish(Entry& entry);
    /// Reports that the call is synced, but this property of its contact is not written.
    void name_left_out(const Entry& entry, const std::string& property, const std::string& why);

  private:
    const RunContext& run_;
};

}  // namespace ringbridge::bridge
