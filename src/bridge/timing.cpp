#include "bridge/timing.hpp"

#include "ports/http.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

// Clocks differ: a call that appears to be slightly newer may be older.
constexpr Milliseconds margin = std::chrono::minutes{10};

// When the ledger's memory became complete, in the platform's time, as calls are. Fixed for the
// run, whose decisions hang together: the wall clock may be set meanwhile.
UtcTime complete_since(const RunContext& run) {
    return run.opened_at - (run.opened - run.memory.complete_since());
}

}  // namespace

Milliseconds loser_may_take(const ledger::Ledger& ledger) {
    return ledger.may_lose_locks() ? HttpRequest{}.timeout : Milliseconds{0};
}

// By a clock that is another replica's, a write may seem to be this run's.
SteadyTime visible_by(const RunContext& run, UtcTime begun) {
    const auto noted = run.clock_watch.steady_of(begun);
    const auto taken = run.lock_taken.lower_bound(noted);
    const auto after_loser = loser_may_take(run.ledger);
    const auto given_up = taken == run.lock_taken.end() ? noted : *taken + after_loser;
    return std::max(given_up, *run.lock_taken.begin() + after_loser) + settle_time;
}

bool may_be_forgotten(const RunContext& run, const ledger::Entry& entry) {
    // A call from the future: this machine's clock is behind, and more has been forgotten.
    const bool from_future = entry.placed_at > run.opened_at + margin;
    return from_future || entry.placed_at < complete_since(run) + margin;
}

SteadyTime forgotten_visible_by(const RunContext& run) {
    return run.memory.was_rolled_back() ? run.memory.complete_since() + settle_time : SteadyTime{};
}

}  // namespace ringbridge::bridge
