#include "runtime/system_clock.hpp"

#include <asio.hpp>

#include <algorithm>

namespace ringbridge::runtime {
namespace {

// Longer waits are split: a time in the far future would overflow Asio's nanoseconds.
constexpr std::chrono::hours longest_wait{24};

}  // namespace

UtcTime SystemClock::now() const {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady() const {
    const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
    return SteadyTime{std::chrono::floor<Milliseconds>(since_boot)};
}

Task<> SystemClock::sleep_until(SteadyTime moment) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (steady() < moment) {
        timer.expires_after(std::min<Milliseconds>(moment - steady(), longest_wait));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

std::uint64_t SystemRandom::roll() {
    static_assert(std::random_device::max() == 0xFFFF'FFFF);
    const std::uint64_t high = device_();
    return high << 32 | device_();
}

}  // namespace ringbridge::runtime
