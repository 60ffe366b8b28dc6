#include "bridge/mover.hpp"

#include "bridge/entries.hpp"
#include "bridge/matcher.hpp"
#include "bridge/stamper.hpp"
#include "core/match.hpp"
#include "core/stop.hpp"
#include "hubspot/activity_fallback.hpp"

#include <utility>

namespace ringbridge::bridge {
namespace {

constexpr const char* stage_name = "activity";

// A write shows immediately, or some seconds later.
constexpr int tries_until_it_shows = 5;

bool is_moving(const Entry& entry) { return !entry.leaving.empty(); }

}  // namespace

// A move that was begun is finished first; a further correction comes after it.
Task<std::vector<Entry>> Mover::move(std::vector<Entry> entries) {
    append(entries, co_await carry(take(entries, is_moving)));
    auto renumbered =
        co_await match(take(entries, [&](const Entry& entry) { return has_other_number(entry); }));
    append(entries, co_await carry(take(renumbered, is_moving)));
    std::erase_if(renumbered, [&](const Entry& entry) {
        return entry.stage != Stage::matched || has_other_number(entry);
    });
    append(entries, std::move(renumbered));
    co_return entries;
}

bool Mover::has_other_number(const Entry& entry) const {
    if (entry.stage != Stage::matched || entry.activity_id.empty()) return false;
    if (entry.call.caller_phone.empty()) return false;  // forgotten
    const auto number = parse_phone(entry.call.caller_phone, pipeline_.run.mapping.region);
    return !number || *number != entry.phone;
}

Task<std::vector<Entry>> Mover::match(std::vector<Entry> entries) {
    if (entries.empty()) co_return entries;
    for (auto& entry : entries) entry.stage = Stage::seen;
    Matcher matcher{pipeline_, std::move(entries)};
    co_return co_await matcher.match();
}

Task<std::vector<Entry>> Mover::carry(std::vector<Entry> entries) {
    std::vector<Entry> moved;
    for (auto& entry : entries) {
        if (!co_await carry_one(&entry)) {
            co_await pipeline_.run.ledger.save({entry});
            continue;
        }
        pipeline_.run.log.info("activity_moved", {{"call", entry.call.id.text},
                                                  {"from", entry.leaving.text},
                                                  {"to", entry.contact_id.text}});
        entry.tried_at.reset();
        entry.attempts = 0;
        moved.push_back(co_await pipeline_.run.ledger.settle_move(std::move(entry)));
    }
    co_return moved;
}

Task<bool> Mover::carry_one(Entry* entry) {
    if (must_wait(*entry)) co_return false;
    entry->tried_at = pipeline_.run.clock.now();
    co_await pipeline_.run.ledger.save({*entry});
    if (!co_await put_on_new_contact(entry)) co_return false;
    if (!co_await take_off_old_contact(entry)) co_return false;
    // If the two were merged just now, the activity may have been taken off the survivor.
    if (!co_await see_both_contacts(entry)) co_return false;
    if (entry->leaving == entry->contact_id) co_return co_await put_on_new_contact(entry);
    if (!pipeline_.contacts.find(entry->leaving)) co_return true;
    co_return co_await Stamper{pipeline_}.put_right(entry);
}

// A change that arrives late would undo this one.
bool Mover::must_wait(Entry& entry) {
    if (!entry.tried_at) return false;
    const auto shown_by = visible_by(pipeline_.run, *entry.tried_at);
    if (shown_by <= pipeline_.run.clock.steady()) return false;
    pipeline_.transitions.defer_until(entry, stage_name, "waiting for a move whose answer was lost",
                                      shown_by);
    return true;
}

// If one was merged, reading them updates the ledger. False: HubSpot does not show one of them, and
// the entry is deferred.
Task<bool> Mover::see_both_contacts(Entry* entry) {
    co_await pipeline_.contacts.read({entry->contact_id, entry->leaving});
    for (auto* id : {&entry->contact_id, &entry->leaving}) {
        if (pipeline_.defer_unreadable(*entry, *id, stage_name)) co_return false;
        if (const auto* contact = pipeline_.contacts.find(*id)) *id = contact->id;
    }
    co_return true;
}

Task<bool> Mover::put_on_new_contact(Entry* entry) {
    const auto outcome =
        co_await send(&hubspot::Activities::associate, entry->activity_id, entry->contact_id);
    if (const auto* unsure = std::get_if<hubspot::Unsure>(&outcome)) {
        take_doubt(*entry, unsure->why);
    } else if (const auto* refused = std::get_if<hubspot::Refused>(&outcome)) {
        co_await stay(entry, *refused);
    } else {
        co_return co_await is_shown_there(entry);
    }
    co_return false;
}

// A success response alone is not enough to take the activity off the contact that has it.
Task<bool> Mover::is_shown_there(Entry* entry) {
    const auto shown = co_await pipeline_.run.crm.activities().find({entry->contact_id},
                                                                    pipeline_.run.mapping.label);
    if (!shown) throw OutOfReach{"HubSpot refused to read activities: " + shown.error().message};
    for (const auto& one : shown->marked) {
        if (one.id == entry->activity_id.text) co_return true;
    }
    if (entry->attempts < tries_until_it_shows) {
        take_doubt(*entry, "the activity is not visible yet on the contact with the new number");
    } else {
        entry->tried_at.reset();
        pipeline_.transitions.park(*entry, stage_name,
                                   "the activity, with its marker, is not visible on contact " +
                                       entry->contact_id.text +
                                       ", which has the corrected number; it stays on contact " +
                                       entry->leaving.text + " as well");
    }
    co_return false;
}

Task<bool> Mover::take_off_old_contact(Entry* entry) {
    if (!co_await see_both_contacts(entry)) co_return false;
    if (entry->leaving == entry->contact_id || !pipeline_.contacts.find(entry->leaving))
        co_return true;
    const auto outcome =
        co_await send(&hubspot::Activities::dissociate, entry->activity_id, entry->leaving);
    co_return ringbridge::match(
        outcome, [](const hubspot::Written&) { return true; },
        [&](const hubspot::Unsure& unsure) {
            take_doubt(*entry, unsure.why);
            return false;
        },
        [&](const hubspot::Refused& refused) {
            entry->tried_at.reset();
            pipeline_.transitions.park_refused(
                *entry, stage_name,
                "the number was corrected: the activity is on contact " + entry->contact_id.text +
                    ", and HubSpot refused to take it off contact " + entry->leaving.text + ": " +
                    refused.message);
            return false;
        });
}

// Back to its previous state: without a stored number, it is matched again when it is due.
Task<> Mover::stay(Entry* entry, hubspot::Refused refused) {
    entry->tried_at.reset();
    if (!co_await see_both_contacts(entry)) co_return;
    const bool contact_is_there = pipeline_.contacts.find(entry->contact_id) != nullptr;
    if (!contact_is_there) co_await pipeline_.run.ledger.forget_contacts({entry->phone});
    const auto to = std::exchange(entry->contact_id, std::exchange(entry->leaving, {}));
    entry->phone = {};
    if (contact_is_there) {
        pipeline_.transitions.park_refused(
            *entry, stage_name,
            "the number was corrected, and HubSpot refused to move the activity from "
            "contact " +
                entry->contact_id.text + " to contact " + to.text + ": " + refused.message);
    } else {
        pipeline_.transitions.defer(*entry, stage_name, "the contact was deleted: matching again");
    }
}

Task<hubspot::RowOutcome> Mover::send(Change change, ActivityId activity_id, ContactId contact_id) {
    auto outcome = co_await (pipeline_.run.crm.activities().*change)(activity_id, contact_id);
    const auto* refused = std::get_if<hubspot::Refused>(&outcome);
    if (refused && hubspot::may_mean_closed(*refused) &&
        co_await pipeline_.run.crm.close_activities(*refused)) {
        outcome = co_await (pipeline_.run.crm.activities().*change)(activity_id, contact_id);
    }
    co_return outcome;
}

void Mover::take_doubt(Entry& entry, std::string why) {
    entry.tried_at = pipeline_.run.clock.now();
    pipeline_.transitions.defer(entry, stage_name, std::move(why),
                                visible_by(pipeline_.run, *entry.tried_at));
}

}  // namespace ringbridge::bridge
