#include "bridge/delivery.hpp"

#include "bridge/entries.hpp"
#include "bridge/follow_ups.hpp"
#include "bridge/matcher.hpp"
#include "bridge/mover.hpp"
#include "bridge/stamper.hpp"
#include "core/activity_text.hpp"
#include "core/stop.hpp"

#include <ranges>
#include <span>

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
// A call is always written to one of the oldest contacts with its number, so a lost ledger cannot
// have written it to another. A number with more contacts than this is a placeholder.
constexpr std::size_t holders_max = 20;

// Low, so that little is wasted if the account has too many activities.
constexpr int calls_a_page = 20;

// How long a run waits for deferred calls: long enough to settle a lost response or a contact in
// doubt, short enough for a person at a terminal.
constexpr Milliseconds longest_wait = 30s;
constexpr Milliseconds all_waits = 2min;
constexpr Milliseconds wait_step = 1s;

std::string not_shown(const std::string& contact_id, const hubspot::Refused& refused) {
    return "HubSpot refused to show the activities of contact " + contact_id + ": " +
           refused.message;
}

void take_success(Entry& entry) {
    entry.stage = Stage::written;
    entry.attempts = 0;
    entry.tried_at.reset();
}

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
    co_await load_existing_activities(calls);
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

// One lookup for all of them, if that is cheaper than one for each contact.
Task<> Delivery::load_existing_activities(int calls) {
    auto marked =
        co_await line_.crm.activities().find_anywhere(line_.mapping.label, calls / calls_a_page);
    if (!marked) co_return;
    MarkedCalls existing;
    for (auto& one : *marked) existing.emplace(one.call_id, std::move(one));
    line_.existing_activities = std::make_unique<const MarkedCalls>(std::move(existing));
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
    due = co_await look_up(std::move(to_sync));
    auto written = take(due, [](const Entry& e) { return e.stage == Stage::written; });
    auto to_write = take(due, [](const Entry& e) { return e.stage == Stage::matched; });
    to_write = co_await write(std::move(to_write));
    append(written, take(to_write, [](const Entry& e) { return e.stage == Stage::written; }));
    written = co_await FollowUps{line_}.make(std::move(written));
    if (!written.empty()) co_await Stamper{line_}.stamp(std::move(written));
}

Task<std::vector<Entry>> Delivery::match(std::vector<Entry> entries) {
    if (entries.empty()) co_return entries;
    Matcher matcher{line_, std::move(entries)};
    co_return co_await matcher.match();
}

bool Delivery::may_be_there(const Entry& entry) const {
    return entry.stage == Stage::writing || (may_be_recorded(entry) && !line_.existing_activities);
}

// By a ledger that was lost.
bool Delivery::may_be_recorded(const Entry& entry) const {
    return entry.stage == Stage::matched && entry.activity_id.empty() && !entry.tried_at &&
           line_.may_predate_ledger(entry);
}

// For calls that this ledger has not begun to write: what it has begun itself came later.
Task<> Delivery::use_existing_activities(std::vector<Entry>* entries) {
    for (auto& entry : *entries) {
        if (!may_be_recorded(entry)) continue;
        const auto existing = line_.existing_activities->find(entry.call.id);
        if (existing == line_.existing_activities->end()) continue;
        const auto& contact_id = existing->second.contact_id;
        if (!contact_id.empty()) entry.contact_id = contact_id;
        apply_lookup(entry, *line_.existing_activities, line_.clock.steady());
    }
    co_await line_.ledger.save(*entries);
}

Task<std::vector<Entry>> Delivery::look_up(std::vector<Entry> entries) {
    if (line_.existing_activities) co_await use_existing_activities(&entries);
    std::set<std::string> contact_ids;
    for (const auto& entry : entries) {
        if (may_be_there(entry)) contact_ids.insert(entry.contact_id);
    }
    if (contact_ids.empty()) co_return entries;
    const auto looked_up_at = line_.clock.steady();
    const auto found = co_await marked_activities(contact_ids);
    auto unseen = take(entries, [&](const Entry& entry) {
        return may_be_there(entry) && found.refused.contains(entry.contact_id);
    });
    for (auto& entry : unseen) {
        line_.defer(entry, "activity",
                    not_shown(entry.contact_id, found.refused.at(entry.contact_id)));
    }
    co_await line_.ledger.save(std::move(unseen));
    for (auto& entry : entries) {
        if (may_be_there(entry)) apply_lookup(entry, found.marked, looked_up_at);
    }
    const auto unsure = co_await look_up_elsewhere(&entries, std::move(contact_ids));
    unseen = take(entries, [&](const Entry& entry) { return unsure.contains(entry.call.id); });
    for (auto& entry : unseen) line_.defer(entry, "activity", unsure.at(entry.call.id));
    co_await line_.ledger.save(std::move(unseen));
    co_await line_.ledger.save(entries);
    co_return entries;
}

// A lost ledger may have written a call to another contact with the number: the right one at that
// time, if the search did not show the older one yet. Returns the calls that may be on a contact
// that HubSpot refuses to show, and why: they must not be written.
Task<std::map<std::string, std::string>> Delivery::look_up_elsewhere(
    std::vector<Entry>* entries, std::set<std::string> looked_up_at) {
    const auto is_open = [&](const Entry& entry) {
        return entry.stage == Stage::matched && may_be_there(entry);
    };
    std::set<PhoneNumber> numbers;
    for (const auto& entry : *entries) {
        if (is_open(entry)) numbers.insert({entry.phone.e164, ""});
    }
    const auto matches = co_await other_matches(std::move(numbers), std::move(looked_up_at));
    std::set<std::string> ids;
    for (const auto& [id, holder] : matches) ids.insert(id);
    const auto began = line_.clock.steady();
    const auto found =
        ids.empty() ? MarkedActivities{} : co_await marked_activities(std::move(ids));
    std::map<std::string, std::string> unsure;
    for (auto& entry : *entries) {
        if (!is_open(entry)) continue;
        if (const auto marked = found.marked.find(entry.call.id); marked != found.marked.end()) {
            entry.contact_id = marked->second.contact_id;
            line_.contacts[entry.contact_id] = matches.at(entry.contact_id);
            apply_lookup(entry, found.marked, began);
        } else if (const auto why = line_.unsearchable.find(entry.phone.e164);
                   why != line_.unsearchable.end()) {
            line_.park_refused(entry, "activity", why->second);
        } else if (auto not_looked_up = why_not_looked_up(entry, found.refused);
                   !not_looked_up.empty()) {
            unsure[entry.call.id] = std::move(not_looked_up);
        }
    }
    co_return unsure;
}

std::string Delivery::why_not_looked_up(
    const Entry& entry, const std::map<std::string, hubspot::Refused>& refused) const {
    for (const auto& holder : line_.matches.at(entry.phone.e164)) {
        const auto why = refused.find(holder.id);
        if (why != refused.end()) return not_shown(holder.id, why->second);
    }
    return {};
}

// The oldest contacts with one of these numbers, except the known ones.
Task<std::map<std::string, hubspot::Record>> Delivery::other_matches(std::set<PhoneNumber> numbers,
                                                                     std::set<std::string> known) {
    co_await line_.load_matches(numbers);
    std::map<std::string, hubspot::Record> beside;
    for (const auto& number : numbers) {
        const auto& matches = line_.matches.at(number.e164);
        for (const auto& holder : std::span{matches}.first(std::min(matches.size(), holders_max))) {
            if (!known.contains(holder.id)) beside.emplace(holder.id, holder);
        }
    }
    co_return beside;
}

Task<Delivery::MarkedActivities> Delivery::marked_activities(std::set<std::string> contact_ids) {
    auto found = co_await line_.crm.activities().find(contact_ids, line_.mapping.label);
    if (!found && co_await line_.crm.close_activities(found.error())) {
        found = co_await line_.crm.activities().find(contact_ids, line_.mapping.label);
    }
    if (!found) throw OutOfReach{"HubSpot refused to read activities: " + found.error().message};
    if (!found->refused.empty()) co_await line_.crm.contacts().expect_open();
    MarkedActivities marked{.marked = {}, .refused = std::move(found->refused)};
    for (auto& one : found->marked) marked.marked.emplace(one.call_id, one);
    co_return marked;
}

// `looked_up_at`: when the lookup began. It may have taken long, and may have missed anything
// later.
void Delivery::apply_lookup(Entry& entry, const MarkedCalls& marked, SteadyTime looked_up_at) {
    const auto activity = marked.find(entry.call.id);
    if (activity != marked.end()) {
        entry.activity_id = activity->second.id;
        entry.found = entry.stage == Stage::matched;
        if (entry.found) line_.report.set_result(entry.call.id, CallResult::skipped);
        // An activity that was there already is rewritten only on request.
        const bool rewrite = entry.found && line_.report.replace_activities;
        entry.stage = rewrite ? Stage::matched : Stage::written;
        entry.tried_at.reset();
        return;
    }
    if (entry.stage == Stage::matched) return;
    const auto visible_by = line_.visible_by(entry.tried_at.value_or(UtcTime{}));
    if (looked_up_at >= visible_by) {
        entry.stage = Stage::matched;
    } else {
        line_.defer_until(entry, "activity", "waiting to see whether the activity was written",
                          std::min(visible_by, line_.clock.steady() + 5s));
    }
}

Task<> Delivery::see_owners(std::vector<Entry> entries) {
    if (line_.mapping.owner != "contact") co_return;
    std::set<std::string> ids;
    for (const auto& entry : entries) ids.insert(entry.contact_id);
    co_await line_.load_contacts(std::move(ids));
}

std::string Delivery::owner_for(const Entry& entry) const {
    if (ownerless_.contains(entry.call.id)) return {};
    const auto* contact = line_.contact(entry.contact_id);
    return choose_owner(contact ? contact->properties : Properties{}, line_.mapping);
}

// The refusal may be about the owner, who may have left: a call without an owner is better than
// none.
bool Delivery::leave_owner_out(const Entry& entry, const hubspot::Refused& refused) {
    if (owner_for(entry).empty()) return false;
    ownerless_.insert(entry.call.id);
    line_.log.warn("owner_left_out", {{"call", entry.call.id}, {"why", refused.message}});
    return true;
}

Task<std::vector<Entry>> Delivery::write(std::vector<Entry> entries) {
    co_await see_owners(entries);
    std::vector<Entry> settled;
    while (!entries.empty()) {
        co_await let_new_calls_go_first();
        const bool update = !entries.front().activity_id.empty();
        const auto limit = batch_limit(entries.front());
        const auto rows_max = std::min(limit, line_.crm.activities().rows_max());
        auto some = take(entries, [&, taken = std::size_t{0}](const Entry& entry) mutable {
            return entry.activity_id.empty() != update && batch_limit(entry) == limit &&
                   taken++ < rows_max;
        });
        append(settled, update ? co_await update_activities(std::move(some))
                               : co_await create_activities(std::move(some)));
    }
    co_return settled;
}

Task<std::vector<Entry>> Delivery::create_activities(std::vector<Entry> entries) {
    for (auto& entry : entries) {
        entry.stage = Stage::writing;
        entry.tried_at = line_.clock.now();
    }
    // Without those that a person has changed since this run read them.
    entries = co_await line_.ledger.save(std::move(entries));
    if (entries.empty()) co_return entries;
    std::vector<hubspot::NewActivity> activities;
    for (const auto& entry : entries) {
        auto activity = build_activity(entry.call, line_.mapping);
        activity.owner_id = owner_for(entry);
        activities.push_back({std::move(activity), entry.contact_id});
    }
    const auto outcomes = co_await line_.crm.activities().create(activities);
    const bool closed = co_await take_closure(outcomes);
    for (std::size_t row = 0; row < entries.size(); ++row) {
        auto& entry = entries[row];
        if (const auto* written = std::get_if<hubspot::Written>(&outcomes[row])) {
            entry.activity_id = written->id;
            take_success(entry);
        } else if (const auto* unsure = std::get_if<hubspot::Unsure>(&outcomes[row])) {
            entry.tried_at = line_.clock.now();
            line_.defer(entry, "activity", unsure->why);
        } else {
            entry.stage = Stage::matched;
            if (!closed) co_await take_refusal(&entry, std::get<hubspot::Refused>(outcomes[row]));
        }
    }
    co_await line_.ledger.save(entries);
    co_return entries;
}

// True: this API is closed to us and was replaced by the other one; refused rows go on there.
Task<bool> Delivery::take_closure(std::vector<hubspot::RowOutcome> outcomes) {
    for (const auto& outcome : outcomes) {
        const auto* refused = std::get_if<hubspot::Refused>(&outcome);
        if (refused && hubspot::may_mean_closed(*refused)) {
            co_return co_await line_.crm.close_activities(*refused);
        }
    }
    co_return false;
}

// The row is in stage `matched`, and definitely not written.
Task<> Delivery::take_refusal(Entry* entry, hubspot::Refused refused) {
    if (!refused.alone) {
        ++entry->attempts;
        co_return;
    }
    if (leave_owner_out(*entry, refused)) co_return;
    const auto id = entry->contact_id;
    line_.contacts.erase(id);
    co_await line_.read_contacts({id});
    const auto* contact = line_.contact(id);
    if (contact && contact->id != id) {
        entry->contact_id = contact->id;
        line_.defer(*entry, "activity", "the contact was merged: writing to the survivor");
    } else if (contact || line_.unreadable.contains(id)) {
        line_.park_refused(*entry, "activity", "HubSpot refused the activity: " + refused.message);
    } else {
        co_await line_.ledger.forget_contacts({entry->phone});
        entry->stage = Stage::seen;
        entry->contact_id.clear();
        line_.defer(*entry, "activity", "the contact was deleted: matching again");
    }
}

// A row whose last update may still be in flight waits: arriving late, it would undo this one.
Task<std::vector<Entry>> Delivery::update_activities(std::vector<Entry> entries) {
    const auto visible_by = [&](const Entry& entry) {
        return entry.tried_at ? line_.visible_by(*entry.tried_at) : SteadyTime{};
    };
    auto waiting =
        take(entries, [&](const Entry& entry) { return visible_by(entry) > line_.clock.steady(); });
    for (auto& entry : waiting) {
        line_.defer_until(entry, "activity", "waiting for an update whose answer was lost",
                          visible_by(entry));
    }
    co_await line_.ledger.save(waiting);
    append(waiting, co_await rewrite_activities(std::move(entries)));
    co_return waiting;
}

// They are read first, so that what people added since is kept.
Task<std::vector<Entry>> Delivery::rewrite_activities(std::vector<Entry> entries) {
    if (entries.empty()) co_return entries;
    const bool replace = line_.report.replace_activities;
    const auto duplicates = replace ? co_await find_duplicates(&entries) : Duplicates{};
    const auto shown = co_await read_activities(entries);
    auto unread = take(
        entries, [&](const Entry& entry) { return shown.refused.contains(entry.activity_id); });
    for (auto& entry : unread) {
        line_.defer(
            entry, "activity",
            "HubSpot refused to show the activity: " + shown.refused.at(entry.activity_id).message);
    }
    std::vector<hubspot::ActivityPatch> patches;
    for (auto& entry : entries) {
        entry.tried_at = line_.clock.now();
        patches.push_back({entry.activity_id, updated_activity(entry, shown.texts)});
    }
    co_await line_.ledger.save(unread);
    co_await line_.ledger.save(entries);
    const auto outcomes = co_await line_.crm.activities().update(patches);
    const bool closed = co_await take_closure(outcomes);
    for (std::size_t row = 0; row < entries.size(); ++row) {
        take_update(entries[row], outcomes[row], closed);
    }
    for (const auto& entry : entries) {
        if (entry.stage == Stage::written) co_await remove_duplicates(entry.call.id, duplicates);
    }
    co_await line_.ledger.save(entries);
    append(entries, std::move(unread));
    co_return entries;
}

Activity Delivery::updated_activity(const Entry& entry,
                                    const std::map<std::string, ActivityText>& shown) const {
    const auto text = shown.find(entry.activity_id);
    auto activity = text == shown.end() ? build_activity(entry.call, line_.mapping)
                                        : build_update(entry.call, line_.mapping, text->second);
    // On request everything is rewritten. Otherwise the activity keeps its owner.
    if (line_.report.replace_activities) {
        activity.title = build_activity(entry.call, line_.mapping).title;
        activity.owner_id = owner_for(entry);
    }
    return activity;
}

void Delivery::take_update(Entry& entry, const hubspot::RowOutcome& outcome, bool closed) {
    if (const auto* unsure = std::get_if<hubspot::Unsure>(&outcome)) {
        entry.tried_at = line_.clock.now();
        line_.defer(entry, "activity", unsure->why, line_.visible_by(*entry.tried_at));
        return;
    }
    if (std::holds_alternative<hubspot::Written>(outcome)) {
        take_success(entry);
        // A call that was never finished is not "replaced", however often it has changed by then.
        if (entry.synced_at || entry.found) {
            line_.report.set_result(entry.call.id, CallResult::replaced);
        }
        return;
    }
    entry.tried_at.reset();
    const auto& refused = std::get<hubspot::Refused>(outcome);
    if (closed) return;
    if (line_.report.replace_activities && refused.alone && leave_owner_out(entry, refused)) return;
    if (refused.alone) {
        line_.park_refused(entry, "activity", "HubSpot refused the update: " + refused.message);
    } else {
        ++entry.attempts;
    }
}

Task<hubspot::ReadTexts> Delivery::read_activities(std::vector<Entry> entries) {
    std::vector<std::string> ids;
    for (const auto& entry : entries) ids.push_back(entry.activity_id);
    auto read = co_await line_.crm.activities().read(ids);
    if (!read && co_await line_.crm.close_activities(read.error())) {
        read = co_await line_.crm.activities().read(std::move(ids));
    }
    if (!read) throw OutOfReach{"HubSpot refused to read activities: " + read.error().message};
    if (!read->refused.empty()) co_await line_.crm.contacts().expect_open();
    co_return std::move(*read);
}

// The call's other activities, on any contact with its number: one stays, and is rewritten before
// the others are deleted. There is never none.
Task<Delivery::Duplicates> Delivery::find_duplicates(std::vector<Entry>* entries) {
    std::set<std::string> contact_ids;
    std::set<PhoneNumber> numbers;
    for (const auto& entry : *entries) {
        contact_ids.insert(entry.contact_id);
        numbers.insert({entry.phone.e164, ""});
    }
    for (auto& [id, holder] : co_await other_matches(std::move(numbers), contact_ids)) {
        contact_ids.insert(id);
    }
    const auto found = co_await marked_activities(std::move(contact_ids));
    Duplicates duplicates;
    for (auto& entry : *entries) {
        std::set<std::string> ids;
        const auto [begin, end] = found.marked.equal_range(entry.call.id);
        for (const auto& [call_id, one] : std::ranges::subrange(begin, end)) {
            if (one.certain) ids.insert(one.id);
        }
        // The known one was deleted: another one takes its place.
        if (!ids.empty() && !ids.contains(entry.activity_id)) entry.activity_id = *ids.begin();
        ids.erase(entry.activity_id);
        if (!ids.empty()) duplicates[entry.call.id] = std::move(ids);
    }
    co_return duplicates;
}

Task<> Delivery::remove_duplicates(std::string call_id, Duplicates duplicates) {
    for (const auto& id : duplicates[call_id]) {
        const auto outcome = co_await line_.crm.activities().remove(id);
        if (std::holds_alternative<hubspot::Written>(outcome)) continue;
        const auto* refused = std::get_if<hubspot::Refused>(&outcome);
        const auto& why = refused ? refused->message : std::get<hubspot::Unsure>(outcome).why;
        line_.report.errors.push_back(
            {call_id, "activity",
             "activity " + id + ", an older one of this call, may still exist: " + why,
             std::nullopt});
    }
}

}  // namespace ringbridge::bridge
