#include "bridge/reconciler.hpp"

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

// Low, so that little is wasted if the account has too many activities.
constexpr int calls_a_page = 20;

std::string not_shown(const ContactId& contact_id, const hubspot::Refused& refused) {
    return "HubSpot refused to show the activities of contact " + contact_id.text + ": " +
           refused.message;
}

}  // namespace

Task<> Reconciler::load_existing_activities(int calls) {
    if (pipeline_.run.clock.steady() < forgotten_visible_by(pipeline_.run)) co_return;
    auto marked = co_await pipeline_.run.crm.activities().find_anywhere(pipeline_.run.mapping.label,
                                                                        calls / calls_a_page);
    if (!marked) co_return;
    MarkedCalls existing;
    for (auto& one : *marked) existing.emplace(one.call_id, std::move(one));
    existing_ = std::move(existing);
}

Task<std::vector<Entry>> Reconciler::reconcile(std::vector<Entry> entries) {
    if (existing_) co_await use_existing_activities(&*existing_, &entries);
    std::set<ContactId> contact_ids;
    for (const auto& entry : entries) {
        if (may_be_there(entry)) contact_ids.insert(entry.contact_id);
    }
    if (contact_ids.empty()) co_return entries;
    const auto looked_up_at = pipeline_.run.clock.steady();
    const auto found = co_await marked_activities(&pipeline_, contact_ids);
    auto unseen = take(entries, [&](const Entry& entry) {
        return may_be_there(entry) && found.refused.contains(entry.contact_id);
    });
    for (auto& entry : unseen) {
        pipeline_.transitions.defer(
            entry, "activity", not_shown(entry.contact_id, found.refused.at(entry.contact_id)));
    }
    co_await pipeline_.run.ledger.save(std::move(unseen));
    for (auto& entry : entries) {
        if (may_be_there(entry)) apply_lookup(entry, found.marked, looked_up_at);
    }
    const auto unsure = co_await look_up_elsewhere(&entries, std::move(contact_ids), looked_up_at);
    unseen = take(entries, [&](const Entry& entry) { return unsure.contains(entry.call.id); });
    for (auto& entry : unseen)
        pipeline_.transitions.defer(entry, "activity", unsure.at(entry.call.id));
    co_await pipeline_.run.ledger.save(std::move(unseen));
    co_await pipeline_.run.ledger.save(entries);
    co_return entries;
}

bool Reconciler::may_be_there(const Entry& entry) const {
    return entry.stage == Stage::writing || (may_be_recorded(entry) && !existing_);
}

// By a ledger that was lost, or by this one before it was rolled back.
bool Reconciler::may_be_recorded(const Entry& entry) const {
    return entry.stage == Stage::matched && entry.activity_id.empty() &&
           pipeline_.may_be_forgotten(entry);
}

// For calls that have no activity that this ledger knows of.
Task<> Reconciler::use_existing_activities(const MarkedCalls* existing,
                                           std::vector<Entry>* entries) {
    for (auto& entry : *entries) {
        if (!may_be_recorded(entry)) continue;
        const auto activity = existing->find(entry.call.id);
        if (activity == existing->end()) continue;
        const auto& contact_id = activity->second.contact_id;
        if (!contact_id.empty()) entry.contact_id = contact_id;
        apply_lookup(entry, *existing, pipeline_.run.clock.steady());
    }
    co_await pipeline_.run.ledger.save(*entries);
}

// A lost ledger may have written a call to another contact with the number: the right one at that
// time, if the search did not show the older one yet. Returns the calls whose activity may be where
// HubSpot does not show it, and why: they must not be written.
Task<std::map<CallId, std::string>> Reconciler::look_up_elsewhere(std::vector<Entry>* entries,
                                                                  std::set<ContactId> looked_up,
                                                                  SteadyTime looked_up_at) {
    const auto is_open = [&](const Entry& entry) {
        return entry.stage == Stage::matched && may_be_there(entry);
    };
    std::set<PhoneNumber> numbers;
    for (const auto& entry : *entries) {
        if (is_open(entry)) numbers.insert({entry.phone.e164, ""});
    }
    const auto matches =
        co_await other_matches(&pipeline_, std::move(numbers), std::move(looked_up));
    std::set<ContactId> ids;
    for (const auto& [id, match] : matches) ids.insert(id);
    const auto found =
        ids.empty() ? MarkedActivities{} : co_await marked_activities(&pipeline_, std::move(ids));
    std::map<CallId, std::string> unsure;
    for (auto& entry : *entries) {
        if (!is_open(entry)) continue;
        if (const auto marked = found.marked.find(entry.call.id); marked != found.marked.end()) {
            entry.contact_id = marked->second.contact_id;
            // A survivor of a merge that the search does not show yet is read when it is needed.
            if (const auto match = matches.find(entry.contact_id); match != matches.end()) {
                pipeline_.contacts.put(match->second);
            }
            apply_lookup(entry, found.marked, looked_up_at);
        } else if (const auto why = pipeline_.contacts.why_unsearchable(entry.phone)) {
            pipeline_.transitions.park_refused(entry, "activity", *why);
        } else if (auto not_looked_up = why_not_looked_up(entry, found.refused);
                   !not_looked_up.empty()) {
            unsure[entry.call.id] = std::move(not_looked_up);
        } else if (looked_up_at < forgotten_visible_by(pipeline_.run)) {
            unsure[entry.call.id] =
                "waiting to see what was written before the ledger's database was away";
        }
    }
    co_return unsure;
}

std::string Reconciler::why_not_looked_up(
    const Entry& entry, const std::map<ContactId, hubspot::Refused>& refused) const {
    for (const auto& match : pipeline_.contacts.matches(entry.phone)) {
        const auto why = refused.find(match.id);
        if (why != refused.end()) return not_shown(match.id, why->second);
    }
    return {};
}

// `looked_up_at`: when the lookup began. It may have taken long, and may have missed anything
// later.
void Reconciler::apply_lookup(Entry& entry, const MarkedCalls& marked, SteadyTime looked_up_at) {
    const auto activity = marked.find(entry.call.id);
    if (activity != marked.end()) {
        entry.activity_id = ActivityId{activity->second.id};
        entry.found = entry.stage == Stage::matched;
        if (entry.found) pipeline_.run.report.set_result(entry.call.id, CallResult::skipped);
        // An activity that was there already is rewritten only on request.
        const bool rewrite = entry.found && pipeline_.run.report.replace_activities;
        entry.stage = rewrite ? Stage::matched : Stage::written;
        entry.tried_at.reset();
        return;
    }
    if (entry.stage == Stage::matched) return;
    const auto shown_by = visible_by(pipeline_.run, entry.tried_at.value_or(UtcTime{}));
    if (looked_up_at >= shown_by) {
        entry.stage = Stage::matched;
    } else {
        pipeline_.transitions.defer_until(entry, "activity",
                                          "waiting to see whether the activity was written",
                                          std::min(shown_by, pipeline_.run.clock.steady() + 5s));
    }
}

}  // namespace ringbridge::bridge
