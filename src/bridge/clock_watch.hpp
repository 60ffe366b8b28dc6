// Detects that the wall clock was set: by a person, by a time server after a boot, by a machine
// that slept. Timestamps stored before the step no longer show how long ago they were written; the
// steady clock does, from when the step was detected.
#pragma once

#include "ports/clock.hpp"
#include "ports/log.hpp"

#include <optional>

namespace ringbridge::bridge {

class ClockWatch {
  public:
    ClockWatch(const Clock& clock, Log& log);

    struct Step {
        Milliseconds by{0};  ///< ahead, or (negative) back
        SteadyTime noticed_at;
    };

    /// Logs a step and remembers it. A difference of less than a second since the last check is
    /// not a step: a time server corrects that much all the time.
    void check();
    const std::optional<Step>& last_step() const { return last_step_; }

    /// A stored timestamp on the steady clock: as long ago as the wall clock says, but no further
    /// back than that clock can be trusted, and not in the future, where only a wrong clock can
    /// have put it.
    SteadyTime steady_of(UtcTime written);

  private:
    Milliseconds difference() const;

    const Clock& clock_;
    Log& log_;
    Milliseconds difference_;  ///< between both clocks, when last checked
    SteadyTime trusted_since_;
    std::optional<Step> last_step_;
};

}  // namespace ringbridge::bridge
