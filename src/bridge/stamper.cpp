#include "bridge/stamper.hpp"

#include <algorithm>

namespace ringbridge::bridge {
Task<std::vector<Entry>> Stamper::stamp(std::vector<Entry> entries) {
    co_await see_contacts(entries);
    for (auto& entry : entries) {
        const auto contact = line_.contacts.find(entry.contact_id);
        if (contact != line_.contacts.end()) entry.contact_id = contact->second.id;
    }
    co_await update(co_await plan(entries));
    for (auto& entry : entries) settle(entry);
    co_await line_.ledger.save(entries);
    co_return entries;
}

void Stamper::settle(Entry& entry) {
    constexpr const char* stage_name = "properties";
    if (const auto until = waiting_.find(entry.contact_id); until != waiting_.end()) {
        line_.defer_until(entry, stage_name, "waiting for an update whose answer was lost",
                          until->second);
        return;
    }
    const auto found = outcomes_.find(entry.contact_id);
    if (found == outcomes_.end()) return line_.finish(entry);  // it had all of it already
    if (const auto* refused = std::get_if<hubspot::Refused>(&found->second)) {
        line_.defer(entry, stage_name, "HubSpot refused the properties: " + refused->message);
    } else if (const auto* unsure = std::get_if<hubspot::Unsure>(&found->second)) {
        line_.defer(entry, stage_name, unsure->why, line_.visible_by(line_.clock.now()));
    } else {
        line_.finish(entry);
    }
}

// Who is to be added to is read again: whole properties are written, and what a search did not show
// yet, or a person has added since, would be gone.
Task<> Stamper::see_contacts(std::vector<Entry> entries) {
    std::set<std::string> ids;
    for (const auto& entry : entries) ids.insert(entry.contact_id);
    if (appends_answers(line_.mapping)) {
        co_await line_.read_contacts(std::move(ids));
    } else {
        co_await line_.see_contacts(std::move(ids));
    }
}

Task<std::vector<hubspot::RecordPatch>> Stamper::plan(std::vector<Entry> entries) {
    std::map<std::string, std::vector<Call>> calls;  // by contact, oldest first
    for (const auto& entry : entries) calls[entry.contact_id].push_back(entry.call);
    std::set<std::string> ids;
    std::map<std::string, int> first_counts;
    for (auto& [id, of_contact] : calls) {
        std::ranges::sort(of_contact, {},
                          [](const Call& one) { return std::pair{one.called_at, one.id}; });
        ids.insert(id);
        const auto contact = line_.contacts.find(id);
        if (contact == line_.contacts.end()) continue;  // deleted meanwhile: nothing to stamp
        first_counts[id] = call_count(contact->second.properties, line_.mapping);
    }
    co_await line_.ledger.meet_contacts(first_counts);
    std::vector<hubspot::RecordPatch> patches;
    std::map<std::string, std::optional<UtcTime>> begun;
    for (const auto& [id, history] : co_await line_.ledger.histories(std::move(ids))) {
        const auto contact = line_.contacts.find(id);
        if (contact == line_.contacts.end() || in_doubt(id, history)) continue;
        const int count = std::max(history.base, history.found) + history.written;
        auto changes = line_.crm.writable(plan_stamp({history.newest, count, calls.at(id)},
                                                     contact->second.properties, line_.mapping));
        if (!changes.empty()) {
            begun[id] = line_.clock.now();
            patches.push_back({id, std::move(changes)});
        } else if (history.stamping_since) {
            begun[id] = std::nullopt;
        }
    }
    co_await line_.ledger.note_stamps(std::move(begun));
    co_return patches;
}

bool Stamper::in_doubt(const std::string& id, const ledger::History& history) {
    if (!history.stamping_since) return false;
    const auto visible_by = line_.visible_by(*history.stamping_since);
    if (line_.round_began >= visible_by) return false;
    waiting_[id] = visible_by;
    return true;
}

Task<> Stamper::update(std::vector<hubspot::RecordPatch> patches) {
    while (!patches.empty()) co_await update_batch(hubspot::take_batch(patches));
}

Task<> Stamper::update_batch(std::vector<hubspot::RecordPatch> patches) {
    const auto outcomes = co_await line_.crm.contacts().update(patches);
    std::map<std::string, std::optional<UtcTime>> begun;
    for (std::size_t row = 0; row < patches.size(); ++row) {
        const auto& [id, properties] = patches[row];
        const auto* refused = std::get_if<hubspot::Refused>(&outcomes[row]);
        if (refused && !refused->alone) {
            co_await update_batch({patches[row]});  // one bad row sinks a batch
            continue;
        }
        outcomes_[id] = outcomes[row];
        const bool unsure = std::holds_alternative<hubspot::Unsure>(outcomes[row]);
        begun[id] = unsure ? std::optional{line_.clock.now()} : std::nullopt;
        if (!std::holds_alternative<hubspot::Written>(outcomes[row])) continue;
        line_.report.updated_contacts.insert(id);
        for (const auto& [name, value] : properties) line_.contacts.at(id).properties[name] = value;
    }
    co_await line_.ledger.note_stamps(std::move(begun));
}

}  // namespace ringbridge::bridge
