#include "bridge/bridge.hpp"

#include "bridge/delivery.hpp"
#include "bridge/preview.hpp"
#include "bridge/reread.hpp"
#include "core/backoff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

const std::string read_until_key = "read_until";
const std::string day_read_at_key = "day_read_at";
const std::string first_since_key = "first_since";

std::string run_id_of(UtcTime started, std::uint64_t random) {
    return "run_" + std::to_string(to_unix_ms(started)) + '_' + std::to_string(random % 10'000);
}

// The report's name for the stage in which a call waits.
const char* report_stage_of(Stage stage) {
    if (stage == Stage::seen) return "match";
    return stage == Stage::written ? "properties" : "activity";
}

}  // namespace

Bridge::Bridge(Mapping mapping, CrmOptions options, Rhythm rhythm, Parts parts, WebhookKeys keys)
    : mapping_{std::move(mapping)},
      rhythm_{rhythm},
      parts_{parts},
      clock_watch_{parts.clock, parts.log},
      drift_{parts.receptionist, parts.ledger, parts.clock, parts.log},
      intake_{parts.receptionist, parts.ledger, drift_, parts.clock, mapping_.region},
      push_{parts.receptionist, parts.ledger, intake_, parts.clock, parts.log, std::move(keys)},
      properties_{options.fingerprint, mapping_,    parts.client,
                  parts.ledger,        parts.clock, parts.log},
      crm_{std::move(options), mapping_, parts.client, parts.ledger, parts.clock, parts.log} {}

Task<Report> Bridge::run(Order order, GiveWay give_way) {
    // An order with an end wants no calls that came later.
    const bool lists_new_calls =
        parts_.receptionist.can_list() && !order.until && rhythm_.interval.count() > 0;
    const auto began = parts_.clock.steady();
    give_way_ = std::move(give_way);
    lock_taken_ = {began};
    next_listing_ = lists_new_calls ? began + rhythm_.interval : SteadyTime::max();
    auto report = co_await begin(order);
    if (!report.dry_run) co_await check_clock();
    parts_.log.begin_run(report.run_id);
    const auto receptionist_before = parts_.receptionist.requests();
    const auto hubspot_before = crm_.requests();
    const auto done = co_await until_stopped(report.dry_run ? preview(&report)
                                                            : read_and_deliver(&report, order));
    // The next run reports what the ledger then says was done.
    if (!report.dry_run && !done && done.error().by_ledger) {
        throw LedgerOutOfReach{done.error().why};
    }
    if (!report.dry_run) {
        if (!done) {
            co_await parts_.ledger.explain_waiting(
                "the last run stopped before it reached this call: " + done.error().why);
        }
        co_await account_for_unfinished(&report);
        co_await take_vitals(&report);
    }
    if (!done) report_stop(report, done.error());
    if (!report.duplicate_numbers.empty()) {
        parts_.log.info("duplicates_noticed",
                        {{"numbers", std::to_string(report.duplicate_numbers.size())},
                         {"next", "ringbridge dedup --dry-run shows what to merge"}});
    }
    report.receptionist_requests = parts_.receptionist.requests() - receptionist_before;
    report.hubspot_requests = crm_.requests() - hubspot_before;
    report.duration = parts_.clock.steady() - began;
    if (!report.dry_run) {
        co_await forget_old_calls();
        co_await parts_.ledger.save_run(report.run_id, report.started_at, encode_report(report));
    }
    co_return report;
}

Task<> Bridge::read_and_deliver(Report* report, Order order) {
    co_await intake_.begin_run();
    co_await read_kept_again();
    co_await carry(report, order);
    if (!lists(order)) co_return;
    if (!order.since && !order.until) co_await read_older(report);
    co_await intake_.end_run();
}

// Before anything is listed: what is listed is newer.
Task<> Bridge::read_kept_again() {
    const auto count = co_await intake_.read_kept_again();
    if (count > 0) parts_.log.info("kept_records_read", {{"records", std::to_string(count)}});
}

// The last of the errors: see Service::note.
void Bridge::report_stop(Report& report, const Stopped& stopped) {
    report.ending = stopped.ending;
    report.errors.push_back({"", "run", stopped.why, std::nullopt});
    parts_.log.warn("run_stopped", {{"why", stopped.why}});
}

Task<Report> Bridge::begin(Order order) {
    const auto now = parts_.clock.now();
    auto window = co_await window_of(order, now);
    if (!order.lists) window = {window.until, window.until};
    co_return Report{.run_id = run_id_of(now, parts_.random.roll()),
                     .trigger = std::move(order.trigger),
                     .dry_run = order.dry_run,
                     .replace_activities = order.replace_activities,
                     .since = window.since,
                     .until = window.until,
                     .started_at = now};
}

// What the order leaves open is chosen here, and ends when the run began, by the platform's clock.
Task<TimeRange> Bridge::window_of(Order order, UtcTime began) {
    const auto now = began + parts_.receptionist.platform_ahead();
    const auto chosen = choose_window(co_await window_memory(), rhythm_.overlap, now);
    co_return TimeRange{order.since.value_or(chosen.since), order.until.value_or(chosen.until)};
}

Task<> Bridge::forget_old_calls() {
    constexpr int at_once = 500;
    if (rhythm_.retention.count() == 0) co_return;
    const auto before = platform_now() - rhythm_.retention;
    while (co_await parts_.ledger.forget_made_before(before, at_once) == at_once) {
    }
}

// List, then deliver. Calls left over from an earlier run go on even if the receptionist is down.
Task<> Bridge::carry(Report* report, Order order) {
    std::exception_ptr not_listed;
    co_await take_expected(report);  // they are due
    try {
        const auto ahead = parts_.receptionist.platform_ahead();
        if (lists(order)) co_await list_calls(report, report->started_at);
        if (lists(order) && !order.until && parts_.receptionist.platform_ahead() != ahead) {
            co_await list_by_platform_time(report, order);
        }
        if (lists(order)) co_await intake_.end_run();
    } catch (const LedgerOutOfReach&) {
        throw;  // nothing could be delivered either
    } catch (const CredentialsRefused&) {
        not_listed = std::current_exception();
    } catch (const OutOfReach&) {
        not_listed = std::current_exception();
    }
    const bool left_behind = (co_await parts_.ledger.next_due()).has_value();
    const bool opens = left_behind || (order.opens_hubspot && !not_listed);
    co_await (opens ? deliver(report) : note_ledger());
    if (not_listed) std::rethrow_exception(not_listed);
}

// Two years are many pages. Calls that come in meanwhile go first, between two steps.
Task<> Bridge::list_calls(Report* report, UtcTime began) {
    if (report->since > report->until) {
        throw OutOfReach{fmt::format(
            "nothing could be read: the requested calls begin at {}, after the end, {}. Was the "
            "clock set? Request the run again",
            format_utc(report->since), format_utc(report->until))};
    }
    auto reader = reader_for(*report);
    for (const auto& step : steps_of({report->since, report->until})) {
        co_await let_others_go_first();
        co_await sync_new_calls(report);
        co_await reader.read(step);
        co_await remember_window(step, began);
    }
}

// The first response shows the platform's time. If this machine's clock is wrong, so is the window
// that was chosen by it.
Task<> Bridge::list_by_platform_time(Report* report, Order order) {
    const auto began = parts_.clock.now();
    const auto window = co_await window_of(std::move(order), began);
    report->since = window.since;
    report->until = window.until;
    co_await list_calls(report, began);
}

// Windows are in the platform's time, as its calls are.
UtcTime Bridge::platform_now() const {
    return parts_.clock.now() + parts_.receptionist.platform_ahead();
}

WindowReader Bridge::reader_for(Report& report) {
    return {parts_.receptionist,
            parts_.ledger,
            intake_,
            drift_,
            parts_.clock,
            parts_.log,
            stopping_,
            report,
            [this, &report] { return sync_expected(&report); }};
}

bool Bridge::lists(const Order& order) const {
    return order.lists && parts_.receptionist.can_list();
}

// What can wait until everything else is done: gaps, and windows that were read days ago.
Task<> Bridge::read_older(Report* report) {
    auto reader = reader_for(*report);
    co_await reader.read_due_gaps();
    const RereadTime time{.now = platform_now(),
                          .floor = co_await first_since(),
                          .interval = rhythm_.interval,
                          .quiet = report->first_synced.empty()};
    for (const auto& reach : reaches(rhythm_.depth)) {
        co_await let_others_go_first();
        const auto kept = co_await parts_.ledger.recall(reach.name);
        auto pass = current_pass(kept ? decode_pass(*kept) : std::nullopt, reach, time);
        if (const auto part = next_part(pass, reach, time)) {
            co_await reader.read(*part);
            pass.read_back_to = part->since;
        }
        co_await parts_.ledger.remember(reach.name, encode_pass(pass));
    }
    const auto due = co_await parts_.ledger.next_due();
    if (due && *due <= parts_.clock.now()) co_await deliver(report);
}

Task<> Bridge::deliver(Report* report) {
    auto crm = co_await open_crm();
    if (!(co_await parts_.ledger.next_due()) && !report->replace_activities) co_return;
    co_await properties_.prepare(crm.capability().version);
    if (report->replace_activities) {
        std::vector<CallId> skipped;
        for (const auto& [id, result] : report->results) {
            if (result == CallResult::skipped) skipped.push_back(id);
        }
        co_await parts_.ledger.reopen(std::move(skipped));
    }
    Turns turns{.list_new_calls = [this, report] { return list_new_calls(report); },
                .new_calls_came = [this] { return expects_calls(); },
                .read_detail = [this](std::string record) { return read_detail(record); }};
    if (give_way_) turns.let_others_go_first = [this] { return let_others_go_first(); };
    Delivery delivery{context_of(crm, *report, parts_.log), std::move(turns)};
    co_await delivery.deliver();
}

Task<OpenCrm> Bridge::open_crm() {
    auto crm = co_await crm_.open();
    co_await note_ledger();
    co_return crm;
}

// Before anything is decided by what the ledger knows, and in a run without anything to deliver as
// well: the calls that come after it need not be looked up.
Task<> Bridge::note_ledger() {
    memory_.note(co_await parts_.ledger.rollbacks(), parts_.clock.steady());
}

RunContext Bridge::context_of(OpenCrm& crm, Report& report, Log& log) {
    return {mapping_,      parts_.ledger, memory_,      crm,           properties_,
            drift_,        parts_.clock,  clock_watch_, parts_.random, log,
            report,        stopping_,     lock_taken_,  next_listing_, parts_.clock.steady(),
            platform_now()};
}

// Other bridges of the account, and commands, may be waiting for the run lock.
Task<> Bridge::let_others_go_first() {
    if (give_way_ && co_await give_way_()) lock_taken_.insert(parts_.clock.steady());
}

// A backlog may take an hour. Calls that come in meanwhile go first. Entries are read only after
// the listing, during which webhooks' calls are synced.
Task<std::vector<ledger::Entry>> Bridge::list_new_calls(Report* report) {
    const auto asked_at = platform_now();
    const auto listed = co_await list_newest(report);
    auto entries = co_await take_expected(report);
    for (const auto& id : listed) {
        if (std::ranges::any_of(entries, [&](const auto& e) { return e.call.id == id; })) continue;
        auto entry = co_await parts_.ledger.find(id);
        // The others have their turn in the backlog, or wait for their next try.
        const bool is_new = entry && entry->stage == Stage::seen && entry->seen_at >= asked_at;
        if (is_new) entries.push_back(std::move(*entry));
    }
    co_return entries;
}

// As often as the schedule would. Returns the calls that this run had not seen.
Task<std::set<CallId>> Bridge::list_newest(Report* report) {
    if (parts_.clock.steady() < next_listing_) co_return std::set<CallId>{};
    next_listing_ = parts_.clock.steady() + rhythm_.interval;
    auto reader = reader_for(*report);
    const auto began = parts_.clock.now();
    const auto asked_at = platform_now();
    auto window = choose_window(co_await window_memory(), rhythm_.overlap, asked_at);
    window.since = std::max(window.since, asked_at - 24h);  // the rest is this run's to read
    try {
        co_await reader.read(window);
        co_await remember_window(window, began);
    } catch (const LedgerOutOfReach&) {
        throw;
    } catch (const OutOfReach&) {  // already logged; the backlog does not need the receptionist
    } catch (const CredentialsRefused&) {
    }
    co_return reader.seen_first();
}

// While older ones are still being listed.
Task<> Bridge::sync_new_calls(Report* report) {
    co_await sync(report, co_await list_new_calls(report));
}

// Between two requests to the receptionist: a listing may take minutes.
Task<> Bridge::sync_expected(Report* report) {
    if (expects_calls()) co_await sync(report, co_await take_expected(report));
}

Task<> Bridge::sync(Report* report, std::vector<ledger::Entry> entries) {
    if (entries.empty()) co_return;
    auto crm = co_await open_crm();
    co_await properties_.prepare(crm.capability().version);
    Delivery delivery{context_of(crm, *report, parts_.log)};
    co_await delivery.sync(std::move(entries));
}

// What webhooks brought since the last look. The new ones among them are returned; the others are
// due in their own time.
Task<std::vector<ledger::Entry>> Bridge::take_expected(Report* report) {
    std::vector<ledger::Entry> entries;
    for (const auto& id : std::exchange(expected_, {})) {
        auto entry = co_await parts_.ledger.find(id);
        if (!entry) continue;
        if (report->results.emplace(id, result_of(entry->stage)).second) ++report->fetched;
        const bool is_new = entry->stage == Stage::seen && !entry->waits_for_detail();
        if (is_new && !entry->not_before) entries.push_back(std::move(*entry));
    }
    co_return entries;
}

// Of a call whose id a webhook brought. Once this returns without an error, the call is as any
// other.
Task<std::optional<receptionist::PlatformError>> Bridge::read_detail(std::string record) {
    auto call =
        co_await parts_.receptionist.read_call(std::move(record), receptionist::Patience::one_try);
    if (!call) co_return std::move(call.error());
    call->pushed = true;
    co_await intake_.take_sent(
        {.calls = {std::move(*call)}, .records = {receptionist::ListedRecord{}}});
    co_return std::nullopt;
}

// A call that a person dismissed during this run has not failed. A call that has waited since an
// earlier run, and was not due in this one, still has that run's reason.
Task<> Bridge::account_for_unfinished(Report* report) {
    std::set<CallId> explained, dismissed;
    for (const auto& error : report->errors) explained.insert(error.call_id);
    for (auto& [id, result] : report->results) {
        if (result != CallResult::pending && result != CallResult::failed) continue;
        const auto entry = co_await parts_.ledger.find(id);
        if (!entry) continue;
        if (entry->stage == Stage::dismissed) {
            result = CallResult::parked;
            dismissed.insert(id);
        } else if (entry->stage == Stage::done) {
            result = CallResult::skipped;  // a command synced it when this run gave way
        } else if (entry->not_before && !explained.contains(id)) {
            report->errors.push_back(
                {id, report_stage_of(entry->stage), entry->reason, entry->not_before});
        }
    }
    std::erase_if(report->errors,
                  [&](const ReportError& error) { return dismissed.contains(error.call_id); });
}

Task<> Bridge::preview(Report* report) {
    std::map<CallId, Call> listed;
    if (parts_.receptionist.can_list()) {
        listed = co_await list_for_preview(
            DetailedPages{parts_.receptionist, parts_.ledger, parts_.log}, &stopping_, report);
    }
    auto crm = co_await open_crm();
    NoLog no_log;
    co_await bridge::preview(context_of(crm, *report, no_log), std::move(listed));
}

Task<std::optional<UtcTime>> Bridge::recall_moment(std::string key) {
    const auto text = co_await parts_.ledger.recall(std::move(key));
    co_return text ? parse_utc(*text) : std::nullopt;
}

Task<WindowMemory> Bridge::window_memory() {
    const WindowMemory kept{co_await recall_moment(read_until_key),
                            co_await recall_moment(day_read_at_key)};
    const auto memory = without_future(kept, platform_now());
    if (kept.read_until && !memory.read_until) {
        parts_.log.warn("read_until_in_future", {{"until", format_utc(*kept.read_until)},
                                                 {"effect", "the last day is read again"}});
    }
    co_return memory;
}

// How far back the first run of this ledger read: earlier calls were not asked for.
Task<UtcTime> Bridge::first_since() {
    const auto kept = co_await recall_moment(first_since_key);
    co_return kept.value_or(parts_.ledger.born_at() - 24h);
}

// After a step back, waits until a time on the old clock would be longer by the step.
Task<> Bridge::check_clock() {
    clock_watch_.check();
    const auto now = parts_.clock.now();
    const auto& step = clock_watch_.last_step();
    const bool set_back = step && step->by < 0ms && step->noticed_at >= last_check_;
    last_check_ = parts_.clock.steady();
    co_await parts_.ledger.end_waits_after(set_back ? now : now + call_retries.longest);
}

Task<> Bridge::take_vitals(const Report* report) {
    Vitals vitals{.platform_ahead = parts_.receptionist.platform_ahead(),
                  .gaps = co_await parts_.ledger.gaps(),
                  .read_until = co_await recall_moment(read_until_key),
                  .oldest_unfinished = co_await parts_.ledger.oldest_unfinished(),
                  .unfinished_since = parts_.clock.steady(),
                  .left_out = properties_.left_out(),
                  .drifts = drift_.drifts(),
                  .unread_details = drift_.unread_details()};
    const auto platform_time = platform_now();
    vitals.behind.reset();
    if (!parts_.receptionist.can_list()) {
        vitals.behind = 0ms;
    } else if (vitals.read_until && *vitals.read_until <= platform_time) {
        vitals.behind = platform_time - *vitals.read_until;
        vitals.lagging_since = parts_.clock.steady();
    }
    const auto& now = vitals.oldest_unfinished;
    const auto& before = vitals_.oldest_unfinished;
    if (now && before && now->call.id == before->call.id) {
        vitals.unfinished_since = vitals_.unfinished_since;
    }
    count_rewritten(vitals, *report);
    vitals_ = std::move(vitals);
}

// Only once every page is in the ledger: then the platform's time is known, whatever it was taken
// for when the window was chosen. Nothing after the time of the request was read, whatever the
// window's end. A past window that does not adjoin what was read before proves nothing about the
// time between.
Task<> Bridge::remember_window(TimeRange window, UtcTime began) {
    const auto memory = co_await window_memory();
    const auto asked_at = began + parts_.receptionist.platform_ahead();
    const auto read_until = std::min(window.until, asked_at);
    if (read_until <= window.since) co_return;
    const bool joins = !memory.read_until || window.since <= *memory.read_until;
    if (joins && (!memory.read_until || read_until > *memory.read_until)) {
        co_await parts_.ledger.remember(read_until_key, format_utc(read_until));
    }
    if (asked_at - window.since >= 24h && window.until >= asked_at) {
        co_await parts_.ledger.remember(day_read_at_key, format_utc(asked_at));
    }
    if (!memory.read_until && !co_await parts_.ledger.recall(first_since_key)) {
        co_await parts_.ledger.remember(first_since_key, format_utc(window.since));
    }
}

Task<hubspot::PropertySetup> Bridge::setup_properties() {
    const auto crm = co_await crm_.open();
    co_return co_await properties_.set_up(crm.capability().version);
}

Task<DedupReport> Bridge::preview_duplicates() {
    DuplicateFinder finder{mapping_, crm_, parts_.client};
    co_return co_await finder.preview();
}

Dedup Bridge::begin_dedup(DedupReport& report) {
    return {mapping_,     crm_,          properties_, parts_.client, parts_.ledger,
            parts_.clock, parts_.random, stopping_,   report};
}

Prober Bridge::prober() {
    return {mapping_, crm_, parts_.receptionist, parts_.client, parts_.ledger, push_, parts_.clock};
}

Task<Probe> Bridge::probe() {
    auto prober = this->prober();
    co_return co_await prober.probe();
}

Task<Probe> Bridge::probe_receptionist() {
    auto prober = this->prober();
    co_return co_await prober.probe_receptionist();
}

Task<TargetAccount> Bridge::target_account() {
    target_account_ = co_await find_target_account(&crm_, &parts_.client);
    co_return target_account_;
}

}  // namespace ringbridge::bridge
