#include "bridge/service.hpp"

#include "core/stop.hpp"

#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>

#include <algorithm>
#include <iterator>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

// Long enough for a run that waits for the lock to see that it is free.
constexpr Milliseconds pause_between_rounds = 2 * lock_poll_interval;

constexpr Milliseconds longest_carry_wait = 1min;
constexpr Milliseconds pause_after_failure = 5s;

constexpr const char* no_replica_runs_it =
    "no replica runs this bridge now: another takes it over within half a minute, if its settings "
    "have it";

// The event loop is being shut down, and its waits are cancelled.
bool was_cancelled(const std::exception& error) {
    const auto* system = dynamic_cast<const std::system_error*>(&error);
    return system != nullptr && system->code() == asio::error::operation_aborted;
}

}  // namespace

Service::Service(ServiceOptions options, Bridge& bridge, Clock& clock, RunLog& log)
    : options_{std::move(options)},
      bridge_{bridge},
      clock_{clock},
      log_{log},
      lock_{bridge.ledger(), clock, options_.account, running_, stopping_},
      started_at_{clock.steady()},
      here_since_{started_at_} {
    if (options_.leases) options_.leases->serve(options_.bridge, [this] { return running_; });
}

Task<> Service::keep_running() {
    auto wait = options_.interval;
    int broken_off = 0;  // in a row, by the ledger
    co_await until_its_turn();
    while (!stopping_) {
        if (!is_here()) {
            co_await until_its_turn();
            continue;
        }
        bool calls_came = false, lost_ledger = false;
        try {
            calls_came = co_await run_on_schedule();
        } catch (const LedgerOutOfReach&) {
            lost_ledger = true;
        } catch (const std::exception& error) {
            // Anything else was logged already, and the next run starts from scratch.
            if (was_cancelled(error)) throw;
        }
        if (lost_ledger) {
            co_await until_ledger_answers(broken_off++);
            continue;
        }
        broken_off = 0;
        wait = next_wait(wait, calls_came);
        co_await clock_.sleep(wait);
    }
}

Task<> Service::until_here() {
    while (!is_here() && !stopping_) co_await clock_.sleep(1s);
    here_since_ = clock_.steady();
}

Task<> Service::until_its_turn() {
    co_await until_here();
    if (options_.first_wait > 0ms) co_await clock_.sleep(options_.first_wait);
}

// The watch takes a moment to notice, and the run that broke off is due at once. A database that
// answers and still cannot be written, because its disk is full, is tried less and less often.
Task<> Service::until_ledger_answers(int tries_before) {
    co_await clock_.sleep(std::min<Milliseconds>(3s * (1 << std::min(tries_before, 4)), 30s));
    if (options_.watch) co_await options_.watch->until_it_answers(&stopping_);
}

// What a run left unfinished is not left to the schedule, which may be none.
Task<> Service::keep_carrying() {
    while (!stopping_) {
        if (!is_here()) {
            co_await until_here();
            continue;
        }
        auto wait = pause_after_failure;
        try {
            const auto due = co_await bridge_.ledger().next_due();
            wait = due ? *due - clock_.now() : longest_carry_wait;
        } catch (const LedgerOutOfReach&) {  // the watch says so
        }
        if (wait <= 0ms && !running_) (void)co_await carry_once();
        co_await clock_.sleep(wait > 0ms ? std::min(wait, longest_carry_wait) : longest_carry_wait);
    }
}

// Whatever goes wrong is in the log and in the report.
Task<> Service::carry_soon(CallId call_id) {
    bridge_.expect(std::move(call_id));
    if (carrying_) co_return;
    carrying_ = true;
    asio::co_spawn(co_await asio::this_coro::executor, carry_expected(), [](std::exception_ptr) {});
}

// The lock may be another process's, or the ledger out of order: they are taken up in the end.
Task<> Service::carry_expected() {
    while (bridge_.expects_calls() && !stopping_) {
        const bool ran = co_await carry_once();
        if (!ran && bridge_.expects_calls()) co_await clock_.sleep(pause_after_failure);
    }
    carrying_ = false;
}

// Whether there was a run, and it ended by itself.
Task<bool> Service::carry_once() {
    Order order;
    order.trigger = "webhook";
    order.lists = false;
    try {
        const auto report = co_await run(std::move(order), longest_carry_wait);
        co_return report.has_value();
    } catch (const std::exception& error) {
        if (was_cancelled(error)) throw;  // anything else was logged already
    }
    co_return false;
}

// Calls come in bursts: after one, check again soon; while it is quiet, back off.
Milliseconds Service::next_wait(Milliseconds last_one, bool calls_came) const {
    const auto& shortest = bridge_.receptionist().profile().calls.shortest_interval;
    if (!shortest) return options_.interval;
    return std::min(options_.interval, calls_came ? *shortest : 2 * last_one);
}

void Service::stop() {
    stopping_ = true;
    bridge_.stop();
}

// Whether calls came that no run had synced before.
Task<bool> Service::run_on_schedule() {
    Order order;
    order.trigger = "schedule";
    order.opens_hubspot = !options_.one_of_many;
    const auto report = co_await run(std::move(order), options_.schedule_wait);
    if (!report) log_.info("run_left_out");
    co_return report && !report->first_synced.empty();
}

Task<std::optional<Report>> Service::run(Order order, Milliseconds wait) {
    const auto began = clock_.steady();
    const auto trigger = order.trigger;
    const bool lists = bridge_.lists(order);
    try {
        co_return co_await run_when_free(std::move(order), wait);
    } catch (const std::exception& error) {
        if (!was_cancelled(error)) note_broken(trigger, lists, began, error);
        throw;
    }
}

Task<std::optional<Report>> Service::run_when_free(Order order, Milliseconds wait) {
    auto lock = co_await lock_.take(wait);
    if (!lock) co_return std::nullopt;
    Bridge::GiveWay give_way_to_others;
    if (!options_.account.empty()) {
        give_way_to_others = [this, held = &lock] { return lock_.give_way(held); };
    }
    co_return co_await locked_run(std::move(order), std::move(give_way_to_others));
}

Task<> Service::log_in(Milliseconds wait) {
    try {
        const auto lock = co_await lock_.take(wait);
        if (lock) (void)co_await bridge_.receptionist().open();
    } catch (const std::exception& error) {
        log_.warn("login_broke_off", {{"why", error.what()}});
    }
}

// One login at a time on a ledger: runs log in as well, and hold the same lock.
Task<std::optional<std::expected<void, receptionist::PlatformError>>> Service::refresh_token(
    bool force, Milliseconds wait) {
    const auto lock = co_await lock_.take(wait);
    if (!lock) co_return std::nullopt;
    co_return co_await bridge_.receptionist().refresh(force);
}

// A property that was deleted has its old values again once it is created: no run may be in the
// middle of an update that was planned without them.
Task<std::optional<std::expected<hubspot::PropertySetup, Stopped>>> Service::setup_properties(
    Milliseconds wait) {
    const auto lock = co_await lock_.take(wait);
    if (!lock) co_return std::nullopt;
    co_return co_await until_stopped(bridge_.setup_properties());
}

// No guard object resets the flag: an abandoned run may be destroyed after this service.
Task<Report> Service::locked_run(Order order, Bridge::GiveWay give_way_to_others) {
    running_ = true;
    Report report;
    const bool lists = bridge_.lists(order);
    std::exception_ptr failure;
    try {
        report = co_await bridge_.run(std::move(order), std::move(give_way_to_others));
    } catch (...) {
        failure = std::current_exception();
    }
    running_ = false;
    if (failure) std::rethrow_exception(failure);
    log_.end_run();
    tally_.note(report);
    if (!report.dry_run) note(report, lists);
    co_return report;
}

// Not a coroutine, which would begin only later: a request in between would begin a second one.
Task<DedupReport> Service::dedup(std::optional<std::vector<DuplicateGroup>> edited) {
    last_dedup_ = std::make_shared<DedupReport>(DedupReport{.dry_run = false, .running = true});
    return end_in_report(last_dedup_, std::move(edited));
}

Task<DedupReport> Service::end_in_report(std::shared_ptr<DedupReport> own,
                                         std::optional<std::vector<DuplicateGroup>> edited) {
    auto& report = *own;
    Stopped ended{Ending::done, ""};
    std::exception_ptr failure;
    try {
        const auto carried = co_await until_stopped(carry_dedup(own, std::move(edited)));
        if (!carried) ended = carried.error();
    } catch (const std::exception& error) {
        failure = std::current_exception();
        if (!was_cancelled(error)) {
            log_.write(Level::error, "dedup_failed", {{"why", error.what()}});
        }
    }
    report.running = false;
    if (failure) {
        report.ending = Ending::stopped;
        report.errors.push_back({"", "", "dedup failed unexpectedly; see the log"});
        std::rethrow_exception(failure);
    }
    report.ending = ended.ending;
    if (!ended.why.empty()) report.errors.push_back({"", "", ended.why});
    log_.info("dedup_ended", {{"merged", std::to_string(report.merged)},
                              {"duplicates", std::to_string(report.duplicates())},
                              {"why", ended.why}});
    co_return report;
}

Task<> Service::carry_dedup(std::shared_ptr<DedupReport> report,
                            std::optional<std::vector<DuplicateGroup>> edited) {
    auto dedup = bridge_.begin_dedup(*report);
    {
        const auto lock = co_await lock_.wait();
        co_await dedup.take_up();
    }
    co_await dedup.plan(std::move(edited));
    while (!dedup.is_done()) {
        co_await clock_.sleep(pause_between_rounds);
        if (clock_.steady() < dedup.next_round_at() && !stopping_) continue;
        const auto lock = co_await lock_.wait();
        co_await locked_round(&dedup);
    }
}

Task<> Service::locked_round(Dedup* dedup) {
    running_ = true;
    std::exception_ptr failure;
    try {
        co_await dedup->round();
    } catch (...) {
        failure = std::current_exception();
    }
    running_ = false;
    if (failure) std::rethrow_exception(failure);
}

void Service::note_broken(const std::string& trigger, bool lists, SteadyTime began,
                          const std::exception& error) {
    tally_.note_broken(trigger, clock_.steady() - began);
    const bool lost_ledger = dynamic_cast<const LedgerOutOfReach*>(&error) != nullptr;
    if (!lost_ledger) {
        note_error("the last run failed unexpectedly; see the log", lists);
    } else if (options_.interval.count() > 0) {
        note_error(error.what(),
                   lists);  // until the next run, which comes by itself, has gone well
    }
    log_.write(lost_ledger ? Level::warn : Level::error, "run_broke_off", {{"why", error.what()}});
    log_.end_run();
}

void Service::note(const Report& report, bool lists) {
    const bool ok = report.ending == Ending::done;
    last_sync_ = LastSync{clock_.now(), ok};
    if (ok) last_success_ = clock_.steady();
    note_error(ok ? "" : report.errors.back().message, lists);
}

void Service::note_error(std::string why, bool lists) {
    error_ = std::move(why);
    if (lists) listing_error_ = error_;
}

std::vector<std::string> Service::not_ready() const {
    std::vector<std::string> reasons;
    if (const auto why = why_ledger_is_away(); !why.empty()) reasons.push_back(why);
    if (!is_here()) return reasons;  // its holder says how it is
    if (!error_.empty()) reasons.push_back(error_);
    if (!listing_error_.empty() && listing_error_ != error_) reasons.push_back(listing_error_);
    if (options_.interval.count() == 0) return reasons;
    const auto since = std::max(last_success_.value_or(started_at_), here_since_);
    if (clock_.steady() - since > 3 * options_.interval) {
        reasons.push_back("nothing was synced for three intervals");
    } else if (!last_success_ && error_.empty()) {
        reasons.push_back("the first sync has not finished yet");
    }
    return reasons;
}

std::vector<std::string> Service::errors() const {
    auto errors = not_ready();
    if (!is_here()) {
        if (!options_.leases->is_elsewhere(options_.bridge)) errors.push_back(no_replica_runs_it);
        return errors;
    }
    std::ranges::move(complaints(bridge_.vitals(), bridge_.clock_watch().last_step(),
                                 clock_.steady(), options_.interval),
                      std::back_inserter(errors));
    return errors;
}

}  // namespace ringbridge::bridge
