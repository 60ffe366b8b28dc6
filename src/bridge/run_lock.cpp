#include "bridge/run_lock.hpp"

#include "core/stop.hpp"

namespace ringbridge::bridge {

// If bridges share the lock, a second lock in front of it is the queue, with one place, held by the
// waiter. So the holder of the run lock can see whether anybody waits by trying to take that place,
// and cannot get the run lock back before the waiter has had it.
Task<RunLock::Held> RunLock::try_lock(Held* place) {
    if (!account_.empty()) {
        if (!*place) *place = co_await try_place();
        if (!*place) co_return nullptr;
    }
    co_return co_await ledger_.try_lock(account_);
}

Task<RunLock::Held> RunLock::try_place() { return ledger_.try_lock(account_ + ".next"); }

Task<RunLock::Held> RunLock::take(Milliseconds wait) {
    const auto give_up_at = clock_.steady() + wait;
    Held place;
    for (;;) {
        if (running_) {
            place.reset();
        } else if (auto held = co_await try_lock(&place); held && !running_) {
            co_return held;
        }
        if (clock_.steady() >= give_up_at) co_return nullptr;
        co_await clock_.sleep(lock_poll_interval);
    }
}

Task<RunLock::Held> RunLock::wait() {
    for (;;) {
        if (stopping_) throw StopAsked{};
        if (auto held = co_await take(std::chrono::seconds{1})) co_return held;
    }
}

// The run stays active all the while, so none of this service's own requests gets in between.
Task<bool> RunLock::give_way(Held* held) {
    auto place = co_await try_place();
    if (place) co_return false;
    held->reset();
    while (!(*held = co_await try_lock(&place))) {
        if (stopping_) throw StopAsked{};
        co_await clock_.sleep(lock_poll_interval);
    }
    co_return true;
}

}  // namespace ringbridge::bridge
