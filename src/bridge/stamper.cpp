#include "bridge/stamper.hpp"

#include <algorithm>

namespace ringbridge::bridge {

Task<std::vector<Entry>> Stamper::stamp(std::vector<Entry> entries) {
    co_await prepare();
    do {
        co_await load_contacts(entries);
        co_await follow_merges(&entries);
        co_await update(co_await plan(entries));
    } while (outdated_);
    for (auto& entry : entries) settle(entry);
    co_await pipeline_.run.ledger.save(entries);
    co_return entries;
}

Task<> Stamper::prepare() {
    outdated_ = co_await pipeline_.run.properties.prepare(pipeline_.run.crm.capability().version);
}

// A row may have been saved with the old id again since the merge was followed in the ledger: by
// the step that was waiting for HubSpot meanwhile. Its contact's history is read by the new one.
Task<> Stamper::follow_merges(std::vector<Entry>* entries) {
    std::vector<Entry> followed;
    for (auto& entry : *entries) {
        const auto* contact = pipeline_.contacts.find(entry.contact_id);
        if (!contact || contact->id == entry.contact_id) continue;
        entry.contact_id = contact->id;
        followed.push_back(entry);
    }
    if (!followed.empty()) co_await pipeline_.run.ledger.save(std::move(followed));
}

void Stamper::settle(Entry& entry) {
    if (!is_synced(entry, entry.contact_id)) return;
    pipeline_.transitions.finish(entry);
    for (const auto& [property, why] : left_out_[entry.contact_id]) {
        pipeline_.transitions.name_left_out(entry, property, why);
    }
}

bool Stamper::is_synced(Entry& entry, const ContactId& contact_id) {
    constexpr const char* stage_name = "properties";
    if (pipeline_.defer_unreadable(entry, contact_id, stage_name)) return false;
    if (const auto until = waiting_.find(contact_id); until != waiting_.end()) {
        pipeline_.transitions.defer_until(
            entry, stage_name, "waiting for an update whose answer was lost", until->second);
        return false;
    }
    const auto found = outcomes_.find(contact_id);
    const auto* outcome = found == outcomes_.end() ? nullptr : &found->second;
    if (const auto* refused = std::get_if<hubspot::Refused>(outcome)) {
        pipeline_.transitions.defer(entry, stage_name,
                                    "HubSpot refused the properties: " + refused->message);
    } else if (const auto* unsure = std::get_if<hubspot::Unsure>(outcome)) {
        pipeline_.transitions.defer(entry, stage_name, unsure->why,
                                    visible_by(pipeline_.run, pipeline_.run.clock.now()));
    } else if (unknown_.contains(contact_id)) {
        pipeline_.transitions.defer(entry, stage_name,
                                    "could not check which contact properties exist: " +
                                        pipeline_.run.properties.why_unknown());
    } else {
        return true;
    }
    return false;
}

Task<bool> Stamper::put_right(Entry* entry) {
    const auto id = entry->leaving;
    co_await prepare();
    do {
        if (std::exchange(outdated_, false)) co_await pipeline_.contacts.read({id});
        if (pipeline_.contacts.find(id)) co_await correct(*entry);
    } while (outdated_);
    co_return is_synced(*entry, id);
}

Task<> Stamper::correct(Entry entry) {
    const auto& id = entry.leaving;
    const auto& current = pipeline_.contacts.find(id)->properties;
    co_await pipeline_.run.ledger.meet_contacts({{id, call_count(current, pipeline_.run.mapping)}});
    const auto history = (co_await pipeline_.run.ledger.histories({id})).at(id);
    if (in_doubt(id, history)) co_return;
    const int before_us = history.base - (entry.found ? 1 : 0);
    const int count = std::max(before_us, history.found) + history.written;
    auto changes = without_left_out(
        id, build_correction(entry.call, {history.newest, count}, current, pipeline_.run.mapping));
    const auto begun = changes.empty() ? std::nullopt : std::optional{pipeline_.run.clock.now()};
    co_await pipeline_.run.ledger.note_stamps({{id, begun}});
    if (!changes.empty()) co_await update({{id, std::move(changes)}});
}

Properties Stamper::without_left_out(const ContactId& id, Properties changes) {
    std::erase_if(changes, [&](const auto& change) {
        const auto& [name, value] = change;
        if (pipeline_.run.properties.is_unknown(name)) return unknown_.insert(id), true;
        auto why = pipeline_.run.properties.why_left_out(name, id, value);
        if (why) left_out_[id][name] = std::move(*why);
        return why.has_value();
    });
    return changes;
}

// If answers are appended, the contacts are read again: whole values are written, so what a search
// did not show yet, or a person has added since, would be lost.
Task<> Stamper::load_contacts(std::vector<Entry> entries) {
    std::set<ContactId> ids;
    for (const auto& entry : entries) ids.insert(entry.contact_id);
    if (std::exchange(outdated_, false) || appends_answers(pipeline_.run.mapping)) {
        co_await pipeline_.contacts.read(std::move(ids));
    } else {
        co_await pipeline_.contacts.load(std::move(ids));
    }
}

Task<std::vector<hubspot::ContactPatch>> Stamper::plan(std::vector<Entry> entries) {
    std::map<ContactId, std::vector<Call>> calls;  // by contact, oldest first
    for (const auto& entry : entries) calls[entry.contact_id].push_back(entry.call);
    std::set<ContactId> ids;
    std::map<ContactId, int> first_counts;
    for (auto& [id, of_contact] : calls) {
        std::ranges::sort(of_contact, {},
                          [](const Call& one) { return std::pair{one.called_at, one.id}; });
        ids.insert(id);
        const auto* contact = pipeline_.contacts.find(id);
        if (!contact) continue;  // deleted: nothing to stamp
        first_counts[id] = call_count(contact->properties, pipeline_.run.mapping);
    }
    co_await pipeline_.run.ledger.meet_contacts(first_counts);
    std::vector<hubspot::ContactPatch> patches;
    std::map<ContactId, std::optional<UtcTime>> begun;
    for (const auto& [id, history] : co_await pipeline_.run.ledger.histories(std::move(ids))) {
        const auto* contact = pipeline_.contacts.find(id);
        if (!contact || history.newest.id.empty()) continue;
        if (in_doubt(id, history)) continue;
        const int count = std::max(history.base, history.found) + history.written;
        auto changes =
            without_left_out(id, build_stamp({.newest = history.newest,
                                              .count = count,
                                              .stamped_now = calls.at(id),
                                              .now = pipeline_.run.crm.now(),
                                              .lost_number = pipeline_.contacts.lost_number(id)},
                                             contact->properties, pipeline_.run.mapping));
        if (!changes.empty()) {
            begun[id] = pipeline_.run.clock.now();
            patches.push_back({id, std::move(changes)});
        } else if (history.stamping_since) {
            begun[id] = std::nullopt;
        }
    }
    co_await pipeline_.run.ledger.note_stamps(std::move(begun));
    co_return patches;
}

bool Stamper::in_doubt(const ContactId& id, const ledger::History& history) {
    if (!history.stamping_since) return false;
    const auto shown_by = visible_by(pipeline_.run, *history.stamping_since);
    if (pipeline_.contacts.round_began() >= shown_by) return false;
    waiting_[id] = shown_by;
    return true;
}

Task<> Stamper::update(std::vector<hubspot::ContactPatch> patches) {
    if (patches.empty()) co_return;
    const auto results = co_await writer_.write(patches);
    std::map<ContactId, std::optional<UtcTime>> begun;
    for (const auto& [id, properties] : patches) {
        const auto& [outcome, written, outdated] = results.at(id);
        outdated_ |= outdated;
        outcomes_[id] = outcome;
        const bool unsure = std::holds_alternative<hubspot::Unsure>(outcome);
        begun[id] = unsure ? std::optional{pipeline_.run.clock.now()} : std::nullopt;
        if (!written.empty()) pipeline_.run.report.updated_contacts.insert(id);
        pipeline_.contacts.note_written(id, written);
        (void)without_left_out(id, properties);  // notes what was just left out
    }
    co_await pipeline_.run.ledger.note_stamps(std::move(begun));
}

}  // namespace ringbridge::bridge
