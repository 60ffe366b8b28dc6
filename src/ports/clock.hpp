// The only way to learn the time or to wait.
#pragma once

#include "core/time.hpp"
#include "ports/task.hpp"

namespace ringbridge {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual UtcTime now() const = 0;
    /// Ends at once for a moment that has passed. Can be cancelled through Asio's slots.
    virtual Task<> sleep_until(UtcTime moment) = 0;

    Task<> sleep(Milliseconds span) { return sleep_until(now() + span); }
};

}  // namespace ringbridge
