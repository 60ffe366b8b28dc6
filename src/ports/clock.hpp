// The only way to learn the time or to wait.
//
// Two clocks, for two questions. The wall clock tells the date, for what is written down and for
// the windows that are asked for; somebody may set it, so it may jump either way at any moment. The
// steady clock only tells how much time has passed: all waiting, pacing and time limits go by it,
// and no jump of the other shortens or lengthens them. The two do not mix: their types differ.
#pragma once

#include "core/time.hpp"
#include "ports/task.hpp"

namespace ringbridge {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual UtcTime now() const = 0;
    virtual SteadyTime steady() const = 0;
    /// Ends at once for a moment that has passed. Can be cancelled through Asio's slots.
    virtual Task<> sleep_until(SteadyTime moment) = 0;

    Task<> sleep(Milliseconds span) { return sleep_until(steady() + span); }
};

}  // namespace ringbridge
