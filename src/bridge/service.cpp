#include "bridge/service.hpp"

#include <algorithm>
#include <iterator>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

// Long enough for a run that waits for the lock to see that it is free.
constexpr Milliseconds pause_between_rounds = 2 * lock_poll_interval;

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
      started_at_{clock.steady()} {}

Task<> Service::keep_running() {
    auto wait = options_.interval;
    while (!stopping_) {
        bool calls_came = false;
        try {
            calls_came = co_await run_on_schedule();
        } catch (const std::exception& error) {
            // Anything else was logged already, and the next run starts from scratch.
            if (was_cancelled(error)) throw;
        }
        wait = next_wait(wait, calls_came);
        co_await clock_.sleep(wait);
    }
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
    const auto report = co_await run(std::move(order), options_.schedule_wait);
    if (!report) log_.info("run_left_out");
    co_return report && !report->first_synced.empty();
}

Task<std::optional<Report>> Service::run(Order order, Milliseconds wait) {
    const auto began = clock_.steady();
    const auto trigger = order.trigger;
    try {
        co_return co_await run_when_free(std::move(order), wait);
    } catch (const std::exception& error) {
        if (!was_cancelled(error)) note_broken(trigger, began, error.what());
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
    if (!report.dry_run) note(report);
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

void Service::note_broken(const std::string& trigger, SteadyTime began, const char* why) {
    tally_.note_broken(trigger, clock_.steady() - began);
    error_ = "the last run failed unexpectedly; see the log";
    log_.write(Level::error, "run_broke_off", {{"why", why}});
    log_.end_run();
}

void Service::note(const Report& report) {
    const bool ok = report.ending == Ending::done;
    last_sync_ = LastSync{clock_.now(), ok};
    if (ok) last_success_ = clock_.steady();
    error_ = ok ? "" : report.errors.back().message;
}

std::vector<std::string> Service::not_ready() const {
    std::vector<std::string> reasons;
    if (!error_.empty()) reasons.push_back(error_);
    if (options_.interval.count() == 0) return reasons;
    const auto since = last_success_.value_or(started_at_);
    if (clock_.steady() - since > 3 * options_.interval) {
        reasons.push_back("nothing was synced for three intervals");
    } else if (!last_success_ && error_.empty()) {
        reasons.push_back("the first sync has not finished yet");
    }
    return reasons;
}

std::vector<std::string> Service::errors() const {
    auto errors = not_ready();
    std::ranges::move(complaints(bridge_.vitals(), bridge_.clock_watch().last_step(),
                                 clock_.steady(), options_.interval),
                      std::back_inserter(errors));
    return errors;
}

}  // namespace ringbridge::bridge
