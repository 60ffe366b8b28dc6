#include "bridge/clock_watch.hpp"

#include <algorithm>
#include <utility>

namespace ringbridge::bridge {
namespace {

constexpr Milliseconds smallest_step{1'000};

}  // namespace

ClockWatch::ClockWatch(const Clock& clock, Log& log)
    : clock_{clock}, log_{log}, difference_{difference()}, trusted_since_{clock.steady()} {}

void ClockWatch::check() {
    const auto before = std::exchange(difference_, difference());
    const auto by = difference_ - before;
    if (std::chrono::abs(by) < smallest_step) return;
    trusted_since_ = clock_.steady();
    last_step_ = Step{by, trusted_since_};
    log_.warn("clock_stepped",
              {{"by_seconds", std::to_string(by.count() / 1000)},
               {"effect", "waits use the steady clock; windows use the new time"}});
}

SteadyTime ClockWatch::steady_of(UtcTime written) {
    check();
    const auto ago = clock_.now() - written;
    if (ago < Milliseconds{0}) return trusted_since_;
    return std::max(trusted_since_, clock_.steady() - ago);
}

Milliseconds ClockWatch::difference() const {
    return clock_.now().time_since_epoch() - clock_.steady().time_since_epoch();
}

}  // namespace ringbridge::bridge
