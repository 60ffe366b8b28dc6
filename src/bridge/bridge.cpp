#include "bridge/bridge.hpp"

#include "bridge/delivery.hpp"
#include "core/stop.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

const std::string read_until_key = "read_until";
const std::string swept_at_key = "swept_at";

std::string run_id_of(UtcTime started, std::uint64_t chance) {
    return "run_" + std::to_string(to_unix_ms(started)) + '_' + std::to_string(chance % 10'000);
}

[[noreturn]] void stop_for(const receptionist::Trouble& trouble) {
    if (trouble.move() == receptionist::NextMove::fix_credentials) {
        throw CredentialsRefused{trouble.why};
    }
    throw OutOfReach{trouble.why};
}

// A call is counted under its fate at first sight; the stations change it as it moves.
Fate fate_of(Stage stage) {
    if (stage == Stage::done) return Fate::skipped;
    const bool aside = stage == Stage::parked || stage == Stage::dismissed;
    return aside ? Fate::parked : Fate::pending;
}

// Where on the line a call stands that waits.
const char* station_of(Stage stage) {
    if (stage == Stage::seen) return "match";
    return stage == Stage::written ? "properties" : "activity";
}

}  // namespace

Bridge::Bridge(Mapping mapping, CrmOptions options, Rhythm rhythm, Parts parts)
    : mapping_{std::move(mapping)},
      rhythm_{rhythm},
      parts_{parts},
      clock_watch_{parts.clock, parts.log},
      crm_{std::move(options), mapping_, parts.door, parts.ledger, parts.clock, parts.log} {}

Task<Report> Bridge::run(Order order) {
    // Who asks for calls until a moment wants none that came later.
    const bool looks_for_new = !order.until && rhythm_.interval.count() > 0;
    run_began_ = parts_.clock.steady();
    next_look_ = looks_for_new ? run_began_ + rhythm_.interval : SteadyTime::max();
    clock_watch_.check();
    auto report = co_await begin(std::move(order));
    parts_.log.begin_run(report.run_id);
    const auto receptionist_before = parts_.receptionist.requests();
    const auto hubspot_before = crm_.requests();
    std::string stopped;
    try {
        if (report.dry_run) {
            co_await preview(&report);
        } else {
            co_await carry(&report);
        }
    } catch (const CredentialsRefused& refused) {
        report.ending = Ending::credentials_refused;
        stopped = refused.what();
    } catch (const OutOfReach& out) {
        report.ending = Ending::out_of_reach;
        stopped = out.what();
    } catch (const StopAsked& asked) {
        report.ending = Ending::stopped;
        stopped = asked.what();
    }
    if (!report.dry_run) co_await account_for_unfinished(&report);
    if (!stopped.empty()) {
        report.errors.push_back({"", "run", stopped, std::nullopt});
        parts_.log.warn("run_stopped", {{"why", stopped}});
    }
    if (!report.doubled_numbers.empty()) {
        parts_.log.info("duplicates_noticed",
                        {{"numbers", std::to_string(report.doubled_numbers.size())},
                         {"next", "ringbridge dedup --dry-run shows what to merge"}});
    }
    report.receptionist_requests = parts_.receptionist.requests() - receptionist_before;
    report.hubspot_requests = crm_.requests() - hubspot_before;
    report.duration = parts_.clock.steady() - run_began_;
    if (!report.dry_run) {
        co_await parts_.ledger.save_run(report.run_id, report.started_at, encode_report(report));
    }
    co_return report;
}

Task<Report> Bridge::begin(Order order) {
    const auto now = parts_.clock.now();
    const auto chosen = choose_window(co_await window_memory(), rhythm_.overlap, now);
    co_return Report{.run_id = run_id_of(now, parts_.dice.roll()),
                     .trigger = std::move(order.trigger),
                     .dry_run = order.dry_run,
                     .replace_activities = order.replace_activities,
                     .since = order.since.value_or(chosen.since),
                     .until = order.until.value_or(chosen.until),
                     .started_at = now};
}

// The line. Calls that an earlier run left behind go on even where the receptionist is away.
Task<> Bridge::carry(Report* report) {
    std::optional<CredentialsRefused> refused;
    std::optional<OutOfReach> away;
    try {
        co_await list_calls(report);
    } catch (const CredentialsRefused& error) {
        refused = error;
    } catch (const OutOfReach& error) {
        away = error;
    }
    const bool left_behind = (co_await parts_.ledger.next_due()).has_value();
    if (left_behind || (!refused && !away)) co_await deliver(report);
    if (refused) throw *refused;
    if (away) throw *away;
}

// Two years are many pages. What comes in meanwhile goes first, step by step.
Task<> Bridge::list_calls(Report* report) {
    for (const auto& step : steps_of({report->since, report->until})) {
        co_await carry_new_calls(report);
        co_await record_calls(report, step, report->started_at);
    }
}

// The ids of those that this run had not seen before.
Task<std::set<std::string>> Bridge::record_calls(Report* report, Stretch window, UtcTime asked_at) {
    std::set<std::string> seen_first;
    std::string cursor;
    for (bool last = false; !last;) {
        auto page = co_await read_page(window, std::move(cursor));
        const auto stages = co_await parts_.ledger.record(
            std::move(page.calls), std::move(page.unreadable), parts_.clock.now());
        for (const auto& [id, stage] : stages) {
            if (report->fates.emplace(id, fate_of(stage)).second) seen_first.insert(id);
        }
        cursor = page.next;
        last = page.last;
    }
    report->fetched = static_cast<int>(report->fates.size());
    co_await remember_window(window, asked_at);
    co_return seen_first;
}

Task<receptionist::Page> Bridge::read_page(Stretch window, std::string cursor) {
    if (stopping_) throw StopAsked{};
    auto page =
        co_await parts_.receptionist.read_page({window.since, window.until}, std::move(cursor));
    if (!page) {
        parts_.log.warn("receptionist_not_read",
                        {{"cause", std::string{receptionist::name_of(page.error().cause)}}});
        stop_for(page.error());
    }
    co_return std::move(*page);
}

Task<> Bridge::deliver(Report* report) {
    co_await crm_.open();
    if (!(co_await parts_.ledger.next_due()) && !report->replace_activities) co_return;
    co_await crm_.prepare_properties();
    if (report->replace_activities) {
        std::vector<std::string> told;
        for (const auto& [id, fate] : report->fates) {
            if (fate == Fate::skipped) told.push_back(id);
        }
        co_await parts_.ledger.reopen(std::move(told));
    }
    auto line = line_for(*report);
    line.let_new_calls_go_first = [this, report] { return carry_new_calls(report); };
    Delivery delivery{line};
    co_await delivery.deliver();
}

Line Bridge::line_for(Report& report) {
    return {mapping_,    parts_.ledger, crm_,   parts_.clock, clock_watch_,
            parts_.dice, parts_.log,    report, stopping_,    run_began_};
}

// A backlog may take an hour. Meanwhile calls come in: between two requests they are looked for as
// often as the schedule would, and go first.
Task<> Bridge::carry_new_calls(Report* report) {
    if (parts_.clock.steady() < next_look_) co_return;
    next_look_ = parts_.clock.steady() + rhythm_.interval;
    const auto now = parts_.clock.now();
    std::set<std::string> ids;
    auto window = choose_window(co_await window_memory(), rhythm_.overlap, now);
    window.since = std::max(window.since, now - 24h);  // the rest is this run's to read
    try {
        ids = co_await record_calls(report, window, now);
    } catch (const OutOfReach&) {  // told already; the backlog does not need the receptionist
    } catch (const CredentialsRefused&) {
    }
    std::vector<ledger::Entry> entries;
    for (const auto& id : ids) {
        const auto entry = co_await parts_.ledger.find(id);
        // Others may be in hand.
        if (entry && entry->stage == Stage::seen && entry->seen_at >= now)
            entries.push_back(*entry);
    }
    if (entries.empty()) co_return;
    co_await crm_.open();
    co_await crm_.prepare_properties();
    auto line = line_for(*report);
    Delivery delivery{line};
    co_await delivery.tell(std::move(entries));
}

// What a person dismissed while this run was at it has not failed. What waits since an earlier run,
// and was not due in this one, still has that run's reason.
Task<> Bridge::account_for_unfinished(Report* report) {
    std::set<std::string> explained, dismissed;
    for (const auto& error : report->errors) explained.insert(error.call_id);
    for (auto& [id, fate] : report->fates) {
        if (fate != Fate::pending && fate != Fate::failed) continue;
        const auto entry = co_await parts_.ledger.find(id);
        if (!entry) continue;
        if (entry->stage == Stage::dismissed) {
            fate = Fate::parked;
            dismissed.insert(id);
        } else if (entry->not_before && !explained.contains(id)) {
            report->errors.push_back(
                {id, station_of(entry->stage), entry->reason, entry->not_before});
        }
    }
    std::erase_if(report->errors,
                  [&](const ReportError& error) { return dismissed.contains(error.call_id); });
}

// Of the calls in the window, by id, as the receptionist lists them.
Task<std::map<std::string, std::string>> Bridge::list_numbers(Report* report) {
    std::map<std::string, std::string> phones;
    for (const auto& step : steps_of({report->since, report->until})) {
        std::string cursor;
        for (bool last = false; !last;) {
            auto page = co_await read_page(step, std::move(cursor));
            for (const auto& call : page.calls) phones.emplace(call.id, call.caller_phone);
            for (const auto& record : page.unreadable) report->fates[record.key] = Fate::parked;
            cursor = page.next;
            last = page.last;
        }
    }
    co_return phones;
}

// What a run would do, as far as reading tells: nothing is recorded and nothing is written.
Task<> Bridge::preview(Report* report) {
    const auto phones = co_await list_numbers(report);
    std::set<std::string> ids;
    for (const auto& [id, phone] : phones) ids.insert(id);
    const auto stages = co_await parts_.ledger.stages(std::move(ids));
    std::set<PhoneNumber> callers;
    for (const auto& [id, phone] : phones) {
        const auto known = stages.find(id);
        if (known != stages.end() && known->second == Stage::done) {
            report->fates[id] = Fate::skipped;
            continue;
        }
        const auto number = co_await number_to_go_by(id, phone);
        report->fates[id] = number ? Fate::synced : Fate::parked;
        if (number) callers.insert({number->e164, ""});
    }
    report->fetched = static_cast<int>(report->fates.size());
    co_await crm_.open();
    const auto candidates = co_await crm_.contacts().search(callers);
    for (const auto& caller : callers) {
        const bool known = std::ranges::any_of(candidates, [&](const hubspot::Record& contact) {
            return std::ranges::any_of(
                hubspot::numbers_of(contact, mapping_.region),
                [&](const PhoneNumber& number) { return number.e164 == caller.e164; });
        });
        (known ? report->matched_contacts : report->created_contacts).insert(caller.e164);
    }
}

// Nothing where a run would set the call aside.
Task<std::optional<PhoneNumber>> Bridge::number_to_go_by(std::string call_id, std::string listed) {
    const auto known = co_await parts_.ledger.find(std::move(call_id));
    if (known && known->stage == Stage::dismissed) co_return std::nullopt;
    const bool given = known && !known->given_phone.empty();
    const auto number = parse_phone(given ? known->given_phone : listed, mapping_.region);
    if (!number || !why_left_alone(*number, mapping_.numbers).empty()) co_return std::nullopt;
    co_return *number;
}

Task<WindowMemory> Bridge::window_memory() {
    const auto read_until = co_await parts_.ledger.recall(read_until_key);
    const auto swept_at = co_await parts_.ledger.recall(swept_at_key);
    co_return WindowMemory{read_until ? parse_utc(*read_until) : std::nullopt,
                           swept_at ? parse_utc(*swept_at) : std::nullopt};
}

// Only once every page is in the ledger. A window in the past that does not join what was read
// before proves nothing about the time between.
Task<> Bridge::remember_window(Stretch window, UtcTime asked_at) {
    const auto memory = co_await window_memory();
    const bool joins = !memory.read_until || window.since <= *memory.read_until;
    if (joins && (!memory.read_until || window.until > *memory.read_until)) {
        co_await parts_.ledger.remember(read_until_key, format_utc(window.until));
    }
    if (window.until - window.since >= 24h && window.until >= asked_at) {
        co_await parts_.ledger.remember(swept_at_key, format_utc(asked_at));
    }
}

Task<hubspot::PropertySetup> Bridge::setup_properties() {
    co_await crm_.open();
    co_return co_await crm_.setup_properties();
}

Task<DedupReport> Bridge::preview_duplicates() {
    Deduper deduper{mapping_, crm_, parts_.door};
    co_return co_await deduper.preview();
}

Sweep Bridge::begin_sweep(DedupReport& report) {
    return {mapping_,     crm_,        parts_.door, parts_.ledger,
            parts_.clock, parts_.dice, stopping_,   report};
}

Task<Probe> Bridge::probe() {
    Prober prober{mapping_, crm_, parts_.receptionist, parts_.door, parts_.clock};
    co_return co_await prober.probe();
}

Task<Realm> Bridge::realm() {
    realm_ = co_await look_at_realm(&crm_, &parts_.door);
    co_return realm_;
}

}  // namespace ringbridge::bridge
