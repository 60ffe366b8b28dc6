// The only source of time, and the only way to wait.
//
// Two clocks for two purposes. The wall clock gives the date, for stored timestamps and for the
// windows that are requested; somebody may set it, so it may jump either way at any time. The
// steady clock only measures elapsed time: all waiting, pacing and timeouts use it, and no jump of
// the other affects them. The two cannot be mixed: their types differ.
#pragma once

#include "core/time.hpp"
#include "ports/task.hpp"

namespace ringbridge {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual UtcTime now() const = 0;
    virtual SteadyTime steady() const = 0;
    /// Returns at once if `moment` has passed. Can be cancelled through Asio's slots.
    virtual Task<> sleep_until(SteadyTime moment) = 0;

    Task<> sleep(Milliseconds span) { return sleep_until(steady() + span); }
};

}  // namespace ringbridge
