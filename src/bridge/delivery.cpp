#include "bridge/delivery.hpp"

#include "bridge/entries.hpp"
#include "bridge/follow_ups.hpp"
#include "bridge/matcher.hpp"
#include "bridge/mover.hpp"
#include "bridge/stamper.hpp"
#include "core/stop.hpp"

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

// About as many as a hundred contacts have in a backlog: then each contact is read once and stamped
// once.
constexpr int calls_a_round = 300;
// When others wait for the run lock and each call takes a request: about eight seconds.
constexpr int calls_a_short_round = 60;

// From this many calls without a contact, reading the whole account may be cheaper.
constexpr int backlog_min = 30;
constexpr int backlog_round = 1'000;
constexpr int calls_a_caller = 4;
// Regardless of how often others had the run lock meanwhile.
constexpr Milliseconds directory_life = 5min;

// How long a run waits for deferred calls: long enough to settle a lost response or a contact in
// doubt, short enough for a person at a terminal.
constexpr Milliseconds longest_wait = 30s;
constexpr Milliseconds all_waits = 2min;
constexpr Milliseconds wait_step = 1s;

}  // namespace

Task<> Delivery::deliver() {
    co_await match_backlog();
    do {
        co_await carry_what_is_due();
        if (line_.crm.daily_reserve_reached()) {
            co_await report_what_waits_for_tomorrow();
            co_return;
        }
    } while (co_await wait_for_next());
}

Task<> Delivery::carry_what_is_due() {
    for (;;) {
        const bool can_wait = line_.crm.daily_reserve_reached();
        auto due = co_await line_.ledger.due(line_.clock.now(), round_max(),
                                             can_wait ? ledger::Due::recent : ledger::Due::all);
        if (due.empty()) co_return;
        if (line_.stopping) throw StopAsked{};
        co_await round(std::move(due));
        co_await let_others_go_first();
        co_await let_new_calls_go_first();
    }
}

Task<> Delivery::report_what_waits_for_tomorrow() {
    const auto next = co_await line_.ledger.next_due();
    if (!next || *next > line_.clock.now()) co_return;
    line_.report.errors.push_back({"", "run", hubspot::day_is_spared, std::nullopt});
    line_.log.info("backlog_waits", {{"why", hubspot::day_is_spared}});
}

Task<> Delivery::sync(std::vector<Entry> entries) {
    while (!entries.empty()) {
        co_await round(
            take(entries, [taken = 0](const Entry&) mutable { return taken++ < calls_a_round; }));
    }
}

Task<> Delivery::let_new_calls_go_first() {
    if (line_.let_new_calls_go_first) co_await line_.let_new_calls_go_first();
}

// Called only when no row is being processed: everything known about one is in the ledger.
Task<> Delivery::let_others_go_first() {
    if (line_.let_others_go_first) co_await line_.let_others_go_first();
}

int Delivery::round_max() const {
    const bool one_by_one = line_.crm.activities().rows_max() < hubspot::batch_max;
    return line_.let_others_go_first && one_by_one ? calls_a_short_round : calls_a_round;
}

// With many callers, reading all contacts may take fewer requests than searching for each. Then all
// calls are matched before the first is synced, since what was read becomes stale.
Task<> Delivery::match_backlog() {
    const auto calls = co_await line_.ledger.count_unmatched();
    if (calls < backlog_min || line_.crm.daily_reserve_reached()) co_return;
    co_await reconciler_.load_existing_activities(calls);
    auto directory = co_await read_directory(&line_.crm.contacts(), line_.mapping.region,
                                             static_cast<std::size_t>(calls / calls_a_caller),
                                             line_.clock.steady(), &line_.log);
    if (!directory) co_return;
    line_.directory = std::make_unique<Directory>(std::move(*directory));
    line_.directory_is_fresh = true;
    while (line_.clock.steady() - line_.directory->listed_at() < directory_life) {
        auto due =
            co_await line_.ledger.due(line_.clock.now(), backlog_round, ledger::Due::unmatched);
        if (due.empty()) break;
        if (line_.stopping) throw StopAsked{};
        begin_round();
        co_await match(std::move(due));
        co_await let_others_go_first();
        co_await let_new_calls_go_first();
    }
    line_.directory_is_fresh = false;
}

Task<bool> Delivery::wait_for_next() {
    const auto next = co_await line_.ledger.next_due();
    if (!next) co_return false;
    const auto wait = std::max(*next - line_.clock.now(), Milliseconds{0});
    const auto wake_at = line_.clock.steady() + wait;
    if (wait > longest_wait || waited_ + wait > all_waits) co_return false;
    waited_ += wait;
    // In short steps, so that a shutdown does not have to wait for this.
    while (!line_.stopping && line_.clock.steady() < wake_at) {
        co_await let_others_go_first();
        co_await line_.clock.sleep_until(std::min(wake_at, line_.clock.steady() + wait_step));
    }
    if (line_.stopping) throw StopAsked{};
    co_return true;
}

void Delivery::begin_round() {
    line_.contacts.clear();
    line_.unreadable.clear();
    line_.matches.clear();
    line_.unsearchable.clear();
    line_.round_began = line_.clock.steady();
}

Task<> Delivery::round(std::vector<Entry> due) {
    begin_round();
    auto matched = co_await match(take(due, [](const Entry& e) { return e.stage == Stage::seen; }));
    // New calls go before those left over from an earlier run.
    auto to_sync = take(matched, [](const Entry& e) { return e.stage == Stage::matched; });
    append(to_sync, co_await Mover{line_}.move(std::move(due)));
    due = co_await reconciler_.reconcile(std::move(to_sync));
    auto written = take(due, [](const Entry& e) { return e.stage == Stage::written; });
    auto to_write = take(due, [](const Entry& e) { return e.stage == Stage::matched; });
    to_write = co_await writer_.write(std::move(to_write));
    append(written, take(to_write, [](const Entry& e) { return e.stage == Stage::written; }));
    written = co_await FollowUps{line_}.make(std::move(written));
    if (!written.empty()) co_await Stamper{line_}.stamp(std::move(written));
}

Task<std::vector<Entry>> Delivery::match(std::vector<Entry> entries) {
    if (entries.empty()) co_return entries;
    Matcher matcher{line_, std::move(entries)};
    co_return co_await matcher.match();
}

}  // namespace ringbridge::bridge
