#include "bridge/delivery.hpp"

#include "bridge/entries.hpp"
#include "bridge/follow_ups.hpp"
#include "bridge/matcher.hpp"
#include "bridge/mover.hpp"
#include "bridge/stamper.hpp"
#include "bridge/timing.hpp"
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
        if (pipeline_.run.crm.daily_reserve_reached()) {
            co_await report_what_waits_for_tomorrow();
            co_return;
        }
    } while (co_await wait_for_next());
}

Task<> Delivery::carry_what_is_due() {
    for (;;) {
        const bool can_wait = pipeline_.run.crm.daily_reserve_reached();
        auto due =
            co_await pipeline_.run.ledger.due(pipeline_.run.clock.now(), round_max(),
                                              can_wait ? ledger::Due::recent : ledger::Due::all);
        if (due.empty()) co_return;
        if (pipeline_.run.stopping) throw StopAsked{};
        co_await complete(&due);
        if (!due.empty()) co_await round(std::move(due));
        co_await between_rounds();
    }
}

// A detail that cannot be read makes its call wait, not the others.
Task<> Delivery::complete(std::vector<Entry>* due) {
    auto waiting = take(*due, [](const Entry& e) { return e.waits_for_detail(); });
    std::vector<Entry> unread;
    Transitions transitions{pipeline_.run};
    for (auto& entry : waiting) {
        const auto error = co_await turns_.read_detail(entry.raw);
        if (!error) continue;
        if (error->not_found) {
            transitions.dismiss(entry, "the platform does not know this call");
        } else {
            transitions.defer(entry, "detail", error->why);
        }
        unread.push_back(std::move(entry));
    }
    if (!unread.empty()) co_await pipeline_.run.ledger.save(std::move(unread));
}

Task<> Delivery::report_what_waits_for_tomorrow() {
    const auto next = co_await pipeline_.run.ledger.next_due();
    if (!next || *next > pipeline_.run.clock.now()) co_return;
    pipeline_.run.report.errors.push_back({"", "run", hubspot::day_is_spared, std::nullopt});
    pipeline_.run.log.info("backlog_waits", {{"why", hubspot::day_is_spared}});
}

Task<> Delivery::sync(std::vector<Entry> entries) {
    while (!entries.empty()) {
        co_await round(
            take(entries, [taken = 0](const Entry&) mutable { return taken++ < calls_a_round; }));
    }
}

// Everything known about a call is in the ledger now.
Task<> Delivery::between_rounds() {
    co_await let_others_go_first();
    if (turns_.list_new_calls) co_await sync(co_await turns_.list_new_calls());
}

Task<> Delivery::let_others_go_first() {
    if (turns_.let_others_go_first) co_await turns_.let_others_go_first();
}

int Delivery::round_max() const {
    const bool one_by_one = pipeline_.run.crm.activities().rows_max() < hubspot::batch_max;
    return turns_.let_others_go_first && one_by_one ? calls_a_short_round : calls_a_round;
}

// With many callers, reading all contacts may take fewer requests than searching for each. Then all
// calls are matched before the first is synced, since what was read becomes stale.
Task<> Delivery::match_backlog() {
    const auto calls = co_await pipeline_.run.ledger.count_unmatched();
    if (calls < backlog_min || pipeline_.run.crm.daily_reserve_reached()) co_return;
    co_await reconciler_.load_existing_activities(calls);
    auto directory =
        co_await read_directory(&pipeline_.run.crm.contacts(), pipeline_.run.mapping.region,
                                static_cast<std::size_t>(calls / calls_a_caller),
                                pipeline_.run.clock.steady(), &pipeline_.run.log);
    if (!directory) co_return;
    const auto stale_at = directory->listed_at() + directory_life;
    pipeline_.contacts.set_directory(std::move(*directory));
    while (pipeline_.run.clock.steady() < stale_at) {
        auto due = co_await pipeline_.run.ledger.due(pipeline_.run.clock.now(), backlog_round,
                                                     ledger::Due::unmatched);
        if (due.empty()) break;
        if (pipeline_.run.stopping) throw StopAsked{};
        co_await complete(&due);
        pipeline_.contacts.begin_round_with_directory();
        co_await match(std::move(due));
        co_await between_rounds();
    }
}

Task<bool> Delivery::wait_for_next() {
    const auto next = co_await pipeline_.run.ledger.next_due();
    if (!next) co_return false;
    const auto wait = std::max(*next - pipeline_.run.clock.now(), Milliseconds{0});
    const auto wake_at = pipeline_.run.clock.steady() + wait;
    const auto longest = longest_wait + loser_may_take(pipeline_.run.ledger);
    if (wait > longest || waited_ + wait > all_waits) co_return false;
    waited_ += wait;
    // In short steps, so that a shutdown does not have to wait for this.
    const auto came = [&] { return turns_.new_calls_came && turns_.new_calls_came(); };
    while (!pipeline_.run.stopping && pipeline_.run.clock.steady() < wake_at && !came()) {
        co_await let_others_go_first();
        co_await pipeline_.run.clock.sleep_until(
            std::min(wake_at, pipeline_.run.clock.steady() + wait_step));
    }
    if (pipeline_.run.stopping) throw StopAsked{};
    co_return true;
}

Task<> Delivery::round(std::vector<Entry> due) {
    pipeline_.contacts.begin_round();
    auto matched = co_await match(take(due, [](const Entry& e) { return e.stage == Stage::seen; }));
    // New calls go before those left over from an earlier run.
    auto to_sync = take(matched, [](const Entry& e) { return e.stage == Stage::matched; });
    append(to_sync, co_await Mover{pipeline_}.move(std::move(due)));
    due = co_await reconciler_.reconcile(std::move(to_sync));
    auto written = take(due, [](const Entry& e) { return e.stage == Stage::written; });
    auto to_write = take(due, [](const Entry& e) { return e.stage == Stage::matched; });
    to_write = co_await writer_.write(std::move(to_write));
    append(written, take(to_write, [](const Entry& e) { return e.stage == Stage::written; }));
    written = co_await FollowUps{pipeline_}.make(std::move(written));
    if (!written.empty()) co_await Stamper{pipeline_}.stamp(std::move(written));
}

Task<std::vector<Entry>> Delivery::match(std::vector<Entry> entries) {
    if (entries.empty()) co_return entries;
    Matcher matcher{pipeline_, std::move(entries)};
    co_return co_await matcher.match();
}

}  // namespace ringbridge::bridge
