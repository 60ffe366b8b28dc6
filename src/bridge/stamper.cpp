#include "bridge/stamper.hpp"

#include <algorithm>
#include <charconv>

namespace ringbridge::bridge {
namespace {

int count_in(const hubspot::Record& contact, const Mapping& mapping) {
    int count = 0;
    const auto found = contact.properties.find(mapping.prefix + "_call_count");
    if (found == contact.properties.end()) return count;
    const auto& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

}  // namespace

Task<std::vector<Entry>> Stamper::stamp(std::vector<Entry> entries) {
    co_await read_contacts(entries);
    std::set<std::string> ids;
    for (auto& entry : entries) {
        const auto contact = line_.contacts.find(entry.contact_id);
        if (contact != line_.contacts.end()) entry.contact_id = contact->second.id;
        ids.insert(entry.contact_id);
    }
    co_await update(co_await plan(ids));
    for (auto& entry : entries) {
        const auto outcome = outcomes_.find(entry.contact_id);
        const auto* refused =
            outcome == outcomes_.end() ? nullptr : std::get_if<hubspot::Refused>(&outcome->second);
        const auto* unsure =
            outcome == outcomes_.end() ? nullptr : std::get_if<hubspot::Unsure>(&outcome->second);
        if (refused) {
            line_.defer(entry, "properties", "HubSpot refused the properties: " + refused->message);
        } else if (unsure) {
            line_.defer(entry, "properties", unsure->why);
        } else {
            line_.finish(entry);
        }
    }
    co_await line_.ledger.save(entries);
    co_return entries;
}

// Those that this round has not seen yet: calls that were written before a crash.
Task<> Stamper::read_contacts(std::vector<Entry> entries) {
    std::set<std::string> ids;
    for (const auto& entry : entries) {
        if (!line_.contacts.contains(entry.contact_id)) ids.insert(entry.contact_id);
    }
    if (ids.empty()) co_return;
    for (auto& [id, contact] : co_await line_.crm.contacts().read(ids)) {
        if (contact.id != id) co_await line_.ledger.follow_merge(id, contact.id);
        line_.contacts[contact.id] = contact;
        line_.contacts[id] = std::move(contact);
    }
}

Task<std::vector<hubspot::RecordPatch>> Stamper::plan(std::set<std::string> ids) {
    std::map<std::string, int> first_counts;
    for (const auto& id : ids) {
        const auto contact = line_.contacts.find(id);
        if (contact == line_.contacts.end()) continue;  // deleted meanwhile: nothing to stamp
        first_counts[id] = count_in(contact->second, line_.mapping);
    }
    co_await line_.ledger.meet_contacts(first_counts);
    std::vector<hubspot::RecordPatch> patches;
    for (const auto& [id, history] : co_await line_.ledger.histories(std::move(ids))) {
        const auto contact = line_.contacts.find(id);
        if (contact == line_.contacts.end()) continue;
        const int count = std::max(history.base, history.found) + history.written;
        auto changes = line_.crm.writable(
            plan_stamp({history.newest, count}, contact->second.properties, line_.mapping));
        if (!changes.empty()) patches.push_back({id, std::move(changes)});
    }
    co_return patches;
}

Task<> Stamper::update(std::vector<hubspot::RecordPatch> patches) {
    if (patches.empty()) co_return;
    const auto outcomes = co_await line_.crm.contacts().update(patches);
    for (std::size_t row = 0; row < patches.size(); ++row) {
        const auto& [id, properties] = patches[row];
        const auto* refused = std::get_if<hubspot::Refused>(&outcomes[row]);
        if (refused && !refused->alone) {
            co_await update({patches[row]});  // one bad row sinks a batch
            continue;
        }
        outcomes_[id] = outcomes[row];
        if (!std::holds_alternative<hubspot::Written>(outcomes[row])) continue;
        line_.report.updated_contacts.insert(id);
        for (const auto& [name, value] : properties) line_.contacts.at(id).properties[name] = value;
    }
}

}  // namespace ringbridge::bridge
