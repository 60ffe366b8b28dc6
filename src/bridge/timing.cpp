#include "bridge/timing.hpp"

namespace ringbridge::bridge {
namespace {

// Clocks differ: a call that appears to be slightly newer than the ledger may be older.
constexpr Milliseconds birth_margin = std::chrono::minutes{10};

}  // namespace

SteadyTime visible_by(const RunContext& run, UtcTime begun) {
    const auto noted = run.clock_watch.steady_of(begun);
    const auto taken = run.lock_taken.lower_bound(noted);
    return (taken == run.lock_taken.end() ? noted : *taken) + settle_time;
}

bool may_predate_ledger(const RunContext& run, const ledger::Entry& entry) {
    return entry.placed_at < run.ledger.born_at() + birth_margin &&
           !run.report.created_contacts.contains(entry.contact_id);
}

}  // namespace ringbridge::bridge
