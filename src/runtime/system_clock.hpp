// The real clock and the real source of randomness.
#pragma once

#include "ports/clock.hpp"
#include "ports/random.hpp"

#include <random>

namespace ringbridge::runtime {

class SystemClock : public Clock {
  public:
    UtcTime now() const override;
    SteadyTime steady() const override;
    /// Waits on the executor of the awaiting coroutine. If cancelled, it throws
    /// `asio::error::operation_aborted`.
    Task<> sleep_until(SteadyTime moment) override;
};

/// The operating system's own randomness: fit for ids that must not be guessed.
class SystemRandom : public Random {
  public:
    std::uint64_t roll() override;

  private:
    std::random_device device_;
};

}  // namespace ringbridge::runtime
