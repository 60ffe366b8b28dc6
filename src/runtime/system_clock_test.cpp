// Waiting on the real clock, and the real source of randomness.
#include "runtime/system_clock.hpp"

#include "runtime/await_for_tests.hpp"

#include <asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

namespace ringbridge::runtime {
namespace {

using namespace asio::experimental::awaitable_operators;

TEST(SystemClock, a_moment_that_has_passed_is_not_waited_for) {
    asio::io_context loop;
    SystemClock clock;
    await(loop, clock.sleep_until(SteadyTime::min()));
    await(loop, clock.sleep_until(clock.steady()));
}

TEST(SystemClock, does_not_wake_before_its_moment) {
    asio::io_context loop;
    SystemClock clock;
    const auto moment = clock.steady() + Milliseconds{20};
    await(loop, clock.sleep_until(moment));
    EXPECT_GE(clock.steady(), moment);
}

TEST(SystemClock, an_endless_sleep_can_be_cancelled) {
    asio::io_context loop;
    SystemClock clock;
    const auto first =
        await(loop, clock.sleep_until(SteadyTime::max()) || clock.sleep(Milliseconds{1}));
    EXPECT_EQ(first.index(), 1U);
}

TEST(SystemRandom, rolls_differ) {
    SystemRandom random;
    EXPECT_NE(random.roll(), random.roll());
}

}  // namespace
}  // namespace ringbridge::runtime
