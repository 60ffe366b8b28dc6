// The world's time, randomness and cancellation.
#include "sim/world/world.hpp"

#include <asio/experimental/awaitable_operators.hpp>
#include <gmock/gmock.h>

namespace ringbridge::sim {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr UtcTime start{Milliseconds{1'000'000}};

Task<> note_after(World* world, Milliseconds span, std::vector<int>* notes, int note) {
    co_await world->sleep(span);
    notes->push_back(note);
}

TEST(World, JumpsToTheNextDeadline) {
    World world{1, start};
    std::vector<int> notes;
    world.run(note_after(&world, 24h, &notes, 2) && note_after(&world, 1h, &notes, 1));
    EXPECT_THAT(notes, testing::ElementsAre(1, 2));
    EXPECT_EQ(world.now(), start + 24h);
}

TEST(World, EndsTheWaitOfACancelledTask) {
    World world{1, start};
    std::vector<int> notes;
    world.run(note_after(&world, 1s, &notes, 1) || note_after(&world, 24h, &notes, 2));
    EXPECT_THAT(notes, testing::ElementsAre(1));
    EXPECT_EQ(world.now(), start + 1s);
}

Task<int> fail_after(World* world) {
    co_await world->sleep(1s);
    throw std::runtime_error{"out"};
    co_return 1;
}

TEST(World, RethrowsWhatATaskThrows) {
    World world{1, start};
    EXPECT_THROW(world.run(fail_after(&world)), std::runtime_error);
}

TEST(World, MayEndWhileCoroutinesRun) {
    World world{1, start};
    std::vector<int> notes;
    asio::co_spawn(world.executor(), note_after(&world, 1h, &notes, 1), [](std::exception_ptr) {});
    world.run(note_after(&world, 1s, &notes, 2));
    EXPECT_THAT(notes, testing::ElementsAre(2));
}

}  // namespace
}  // namespace ringbridge::sim
