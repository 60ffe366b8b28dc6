#include "bridge/activity_writer.hpp"

#include "bridge/duplicate_activities.hpp"
#include "bridge/entries.hpp"
#include "core/activity_text.hpp"
#include "core/match.hpp"
#include "core/stop.hpp"
#include "hubspot/activity_fallback.hpp"

namespace ringbridge::bridge {
namespace {

void take_success(Entry& entry) {
    entry.stage = Stage::written;
    entry.attempts = 0;
    entry.tried_at.reset();
}

}  // namespace

Task<std::vector<Entry>> ActivityWriter::write(std::vector<Entry> entries) {
    std::vector<Entry> settled;
    if (entries.empty()) co_return settled;
    co_await load_owners(entries);
    co_await meet_contacts(entries);
    do {
        const bool update = !entries.front().activity_id.empty();
        const auto limit = hubspot::batch_limit(entries.front().attempts);
        const auto rows_max = std::min(limit, pipeline_.run.crm.activities().rows_max());
        auto some = take(entries, [&, taken = std::size_t{0}](const Entry& entry) mutable {
            return entry.activity_id.empty() != update &&
                   hubspot::batch_limit(entry.attempts) == limit && taken++ < rows_max;
        });
        append(settled, update ? co_await update_activities(std::move(some))
                               : co_await create_activities(std::move(some)));
    } while (!entries.empty() && pipeline_.run.clock.steady() < pipeline_.run.next_listing);
    co_return settled;
}

Task<> ActivityWriter::load_owners(std::vector<Entry> entries) {
    if (!std::holds_alternative<ContactOwner>(pipeline_.run.mapping.owner)) co_return;
    std::set<ContactId> ids;
    for (const auto& entry : entries) ids.insert(entry.contact_id);
    co_await pipeline_.contacts.load(std::move(ids));
}

// A contact's count is kept before our first call is written to it: so where an older copy of the
// ledger says that a call was written or begun, the count is without it.
Task<> ActivityWriter::meet_contacts(std::vector<Entry> entries) {
    std::set<ContactId> ids;
    for (const auto& entry : entries) {
        if (entry.activity_id.empty()) ids.insert(entry.contact_id);
    }
    co_await pipeline_.contacts.load(ids);
    std::map<ContactId, int> counts;
    for (const auto& id : ids) {
        const auto* contact = pipeline_.contacts.find(id);
        if (!contact || contact->id != id) continue;
        counts[id] = call_count(contact->properties, pipeline_.run.mapping);
    }
    if (!counts.empty()) co_await pipeline_.run.ledger.meet_contacts(std::move(counts));
}

std::string ActivityWriter::owner_for(const Entry& entry) const {
    if (ownerless_.contains(entry.call.id)) return {};
    const auto* contact = pipeline_.contacts.find(entry.contact_id);
    return choose_owner(contact ? contact->properties : Properties{}, pipeline_.run.mapping);
}

// The refusal may be about the owner, who may have left: a call without an owner is better than
// none.
bool ActivityWriter::leave_owner_out(const Entry& entry, const hubspot::Refused& refused) {
    if (owner_for(entry).empty()) return false;
    ownerless_.insert(entry.call.id);
    pipeline_.run.log.warn("owner_left_out",
                           {{"call", entry.call.id.text}, {"why", refused.message}});
    return true;
}

Task<std::vector<Entry>> ActivityWriter::create_activities(std::vector<Entry> entries) {
    for (auto& entry : entries) {
        entry.stage = Stage::writing;
        entry.tried_at = pipeline_.run.clock.now();
    }
    // Without those that a person has changed since this run read them.
    entries = co_await pipeline_.run.ledger.save(std::move(entries));
    if (entries.empty()) co_return entries;
    std::vector<hubspot::NewActivity> activities;
    for (const auto& entry : entries) {
        auto activity = build_activity(entry.call, pipeline_.run.mapping);
        activity.owner_id = owner_for(entry);
        activities.push_back({std::move(activity), entry.contact_id});
    }
    const auto outcomes = co_await pipeline_.run.crm.activities().create(activities);
    const bool closed = co_await take_closure(outcomes);
    for (std::size_t row = 0; row < entries.size(); ++row) {
        const auto refused = take_creation(entries[row], outcomes[row]);
        if (refused && !closed) co_await take_refusal(&entries[row], *refused);
    }
    co_await pipeline_.run.ledger.save(entries);
    co_return entries;
}

// What remains to be decided: why HubSpot refused it.
std::optional<hubspot::Refused> ActivityWriter::take_creation(Entry& entry,
                                                              const hubspot::RowOutcome& outcome) {
    using Refusal = std::optional<hubspot::Refused>;
    return match(
        outcome,
        [&](const hubspot::Written& written) {
            entry.activity_id = ActivityId{written.id};
            take_success(entry);
            return Refusal{};
        },
        [&](const hubspot::Unsure& unsure) {
            entry.tried_at = pipeline_.run.clock.now();
            pipeline_.transitions.defer(entry, "activity", unsure.why);
            return Refusal{};
        },
        [&](const hubspot::Refused& refused) {
            entry.stage = Stage::matched;
            return Refusal{refused};
        });
}

// True: this API is closed to us and was replaced by the other one; refused rows go on there.
Task<bool> ActivityWriter::take_closure(std::vector<hubspot::RowOutcome> outcomes) {
    for (const auto& outcome : outcomes) {
        const auto* refused = std::get_if<hubspot::Refused>(&outcome);
        if (refused && hubspot::may_mean_closed(*refused)) {
            co_return co_await pipeline_.run.crm.close_activities(*refused);
        }
    }
    co_return false;
}

// The row is in stage `matched`, and definitely not written.
Task<> ActivityWriter::take_refusal(Entry* entry, hubspot::Refused refused) {
    if (!refused.alone) {
        ++entry->attempts;
        co_return;
    }
    if (leave_owner_out(*entry, refused)) co_return;
    const auto id = entry->contact_id;
    co_await pipeline_.contacts.read({id});
    const auto* contact = pipeline_.contacts.find(id);
    if (contact && contact->id != id) {
        entry->contact_id = contact->id;
        pipeline_.transitions.defer(*entry, "activity",
                                    "the contact was merged: writing to the survivor");
    } else if (contact || pipeline_.contacts.why_unreadable(id)) {
        pipeline_.transitions.park_refused(*entry, "activity",
                                           "HubSpot refused the activity: " + refused.message);
    } else {
        co_await pipeline_.run.ledger.forget_contacts({entry->phone});
        entry->stage = Stage::seen;
        entry->contact_id = {};
        pipeline_.transitions.defer(*entry, "activity", "the contact was deleted: matching again");
    }
}

// A row whose last update may still be in flight waits: arriving late, it would undo this one.
Task<std::vector<Entry>> ActivityWriter::update_activities(std::vector<Entry> entries) {
    const auto free_at = [&](const Entry& entry) {
        return entry.tried_at ? visible_by(pipeline_.run, *entry.tried_at) : SteadyTime{};
    };
    auto waiting = take(
        entries, [&](const Entry& entry) { return free_at(entry) > pipeline_.run.clock.steady(); });
    for (auto& entry : waiting) {
        pipeline_.transitions.defer_until(
            entry, "activity", "waiting for an update whose answer was lost", free_at(entry));
    }
    co_await pipeline_.run.ledger.save(waiting);
    append(waiting, co_await rewrite_activities(std::move(entries)));
    co_return waiting;
}

// They are read first, so that what people added since is kept.
Task<std::vector<Entry>> ActivityWriter::rewrite_activities(std::vector<Entry> entries) {
    if (entries.empty()) co_return entries;
    const bool replace = pipeline_.run.report.replace_activities;
    const auto duplicates =
        replace ? co_await find_duplicate_activities(&pipeline_, &entries) : DuplicateActivities{};
    const auto shown = co_await read_activities(entries);
    auto unread = take(
        entries, [&](const Entry& entry) { return shown.refused.contains(entry.activity_id); });
    for (auto& entry : unread) {
        pipeline_.transitions.defer(
            entry, "activity",
            "HubSpot refused to show the activity: " + shown.refused.at(entry.activity_id).message);
    }
    std::vector<hubspot::ActivityPatch> patches;
    for (auto& entry : entries) {
        entry.tried_at = pipeline_.run.clock.now();
        patches.push_back({entry.activity_id, updated_activity(entry, shown.texts)});
    }
    co_await pipeline_.run.ledger.save(unread);
    co_await pipeline_.run.ledger.save(entries);
    const auto outcomes = co_await pipeline_.run.crm.activities().update(patches);
    const bool closed = co_await take_closure(outcomes);
    for (std::size_t row = 0; row < entries.size(); ++row) {
        take_update(entries[row], outcomes[row], closed);
    }
    for (const auto& entry : entries) {
        const auto others = duplicates.find(entry.call.id);
        if (entry.stage != Stage::written || others == duplicates.end()) continue;
        co_await remove_activities(&pipeline_, entry.call.id, others->second);
    }
    co_await pipeline_.run.ledger.save(entries);
    append(entries, std::move(unread));
    co_return entries;
}

Activity ActivityWriter::updated_activity(const Entry& entry,
                                          const std::map<ActivityId, ActivityText>& shown) const {
    const auto text = shown.find(entry.activity_id);
    auto activity = text == shown.end()
                        ? build_activity(entry.call, pipeline_.run.mapping)
                        : build_update(entry.call, pipeline_.run.mapping, text->second);
    // On request everything is rewritten. Otherwise the activity keeps its owner.
    if (pipeline_.run.report.replace_activities) {
        activity.title = build_activity(entry.call, pipeline_.run.mapping).title;
        activity.owner_id = owner_for(entry);
    }
    return activity;
}

void ActivityWriter::take_update(Entry& entry, const hubspot::RowOutcome& outcome, bool closed) {
    match(
        outcome,
        [&](const hubspot::Written&) {
            take_success(entry);
            // A call that was never finished is not "replaced", however often it has changed by
            // then.
            if (entry.synced_at || entry.found) {
                pipeline_.run.report.set_result(entry.call.id, CallResult::replaced);
            }
        },
        [&](const hubspot::Unsure& unsure) {
            entry.tried_at = pipeline_.run.clock.now();
            pipeline_.transitions.defer(entry, "activity", unsure.why,
                                        visible_by(pipeline_.run, *entry.tried_at));
        },
        [&](const hubspot::Refused& refused) {
            entry.tried_at.reset();
            if (!closed) take_refused_update(entry, refused);
        });
}

void ActivityWriter::take_refused_update(Entry& entry, const hubspot::Refused& refused) {
    if (!refused.alone) {
        ++entry.attempts;
        return;
    }
    if (pipeline_.run.report.replace_activities && leave_owner_out(entry, refused)) return;
    pipeline_.transitions.park_refused(entry, "activity",
                                       "HubSpot refused the update: " + refused.message);
}

Task<hubspot::ReadTexts> ActivityWriter::read_activities(std::vector<Entry> entries) {
    std::vector<ActivityId> ids;
    for (const auto& entry : entries) ids.push_back(entry.activity_id);
    auto read = co_await pipeline_.run.crm.activities().read(ids);
    if (!read && co_await pipeline_.run.crm.close_activities(read.error())) {
        read = co_await pipeline_.run.crm.activities().read(std::move(ids));
    }
    if (!read) throw OutOfReach{"HubSpot refused to read activities: " + read.error().message};
    if (!read->refused.empty()) co_await pipeline_.run.crm.contacts().expect_open();
    co_return std::move(*read);
}

}  // namespace ringbridge::bridge
