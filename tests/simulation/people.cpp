#include "tests/simulation/people.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;

std::string number_of(const sim::PortalRecord& contact) {
    for (const auto* name : {"phone", "mobilephone"}) {
        const auto found = contact.properties.find(name);
        if (found != contact.properties.end()) return digits_of(found->second);
    }
    return {};
}

}  // namespace

People::People(Setting& setting, Witness& witness) : setting_{setting}, witness_{witness} {
    at_some_moments(Disturber::person_edits, 8, &People::edit);
    at_some_moments(Disturber::person_adds, 2, &People::add);
    at_some_moments(Disturber::person_merges, 3, &People::merge);
    at_some_moments(Disturber::activity_edited, 6, &People::edit_activity);
    // A call corrected meanwhile would get back the old value with the property.
    if (!setting_.scenario.disturbers.contains(Disturber::number_corrected)) {
        at_some_moments(Disturber::property_deleted, 2, &People::delete_property);
    }
    // A new ledger cannot know where the number went.
    if (!setting_.scenario.may_forget()) {
        at_some_moments(Disturber::merged_away, 2, &People::merge_away);
    }
}

void People::at_some_moments(Disturber disturber, int most, void (People::*act)()) {
    auto& random = setting_.random(disturber);
    const auto times = random.between(1, most);
    for (int i = 0; i < times; ++i) {
        const auto moment = setting_.world.now() + random.between(0ms, setting_.scenario.span);
        setting_.world.at(moment, [this, disturber, act] {
            if (setting_.injects(disturber, 1000)) (this->*act)();
        });
    }
}

void People::edit() {
    auto& random = setting_.random(Disturber::person_edits);
    const auto contacts = setting_.portal.contacts();
    if (contacts.empty()) return;
    const auto& contact = random.pick(contacts);
    std::string name = random.pick(std::array{"firstname", "lastname", "address", "phone"});
    std::string value = fmt::format("typed {}", random.below(1000));
    if (name == "phone") {  // the same number in another format
        const auto digits = number_of(contact);
        value = fmt::format("{} {} {}", digits.substr(0, 3), digits.substr(3, 3), digits.substr(6));
    }
    setting_.note("person", fmt::format("types {} of {}", name, contact.id));
    setting_.portal.edit_contact(contact.id, {{name, value}}, setting_.world.now());
    witness_.see_typed(contact.id, name);
}

void People::add() {
    const auto& caller = setting_.random(Disturber::person_adds).pick(setting_.workload.callers());
    const auto id = setting_.portal.add_contact(
        {{"phone", caller.e164.substr(2)}, {"lastname", "Doe"}}, setting_.world.now());
    setting_.note("person", fmt::format("adds {} with the number of a caller", id));
    witness_.see_typed(id, "lastname");
}

// Two contacts with one number, as people do.
void People::merge() {
    auto& random = setting_.random(Disturber::person_merges);
    const auto contacts = setting_.portal.contacts();
    std::map<std::string, std::vector<std::string>> by_number;
    for (const auto& contact : contacts) by_number[number_of(contact)].push_back(contact.id);
    std::erase_if(by_number, [](const auto& group) { return group.second.size() < 2; });
    if (by_number.empty()) return;
    auto ids = by_number.begin()->second;
    if (random.happens(500)) std::swap(ids[0], ids[1]);
    const auto survivor = setting_.portal.merge_contacts(ids[0], ids[1], setting_.world.now());
    setting_.note("person", fmt::format("merges {} into {}: {}", ids[1], ids[0], survivor));
    witness_.see_merge_by_hand(ids[0], ids[1], survivor);
}

std::optional<sim::PortalCall> People::some_activity(Disturber disturber) const {
    const auto activities = setting_.portal.calls();
    if (activities.empty()) return std::nullopt;
    return setting_.random(disturber).pick(activities);
}

// Merges a caller into a contact whose number fields are taken. Not one that was just created: the
// bridge may not know yet that it exists.
void People::merge_away() {
    const auto activity = some_activity(Disturber::merged_away);
    if (!activity || activity->contact_ids.size() != 1) return;
    const auto contacts = setting_.portal.contacts();
    const auto caller = std::ranges::find(contacts, activity->contact_ids.front(),
                                          [](const auto& one) { return one.id; });
    if (setting_.world.now() - caller->created < 10min) return;
    const auto number = number_of(*caller);
    const auto known = setting_.portal.add_contact(
        {{"phone", "+13125550100"}, {"mobilephone", "+13125550101"}, {"lastname", "Doe"}},
        setting_.world.now());
    const auto survivor = setting_.portal.merge_contacts(known, caller->id, setting_.world.now());
    setting_.note("person", fmt::format("merges {} into another number: {}", caller->id, survivor));
    witness_.see_merge_by_hand(known, caller->id, survivor);
    witness_.see_number_merged_away(number, survivor);
}

// Above ours, below it, or behind the marker.
void People::edit_activity() {
    const auto activity = some_activity(Disturber::activity_edited);
    if (!activity) return;
    auto& random = setting_.random(Disturber::activity_edited);
    const auto body = activity->properties.at("hs_call_body");
    const auto note = fmt::format("note {}", random.below(1'000'000));
    const auto edited =
        random.pick(std::array{"<p>" + note + "</p>" + body, body + ". " + note,
                               body + "<p>" + note + "</p>", body + "&nbsp;" + note});
    setting_.note("person", fmt::format("types into activity {}", activity->id));
    setting_.portal.edit_call(activity->id, {{"hs_call_body", edited}}, setting_.world.now());
    witness_.see_note(activity->id, note);
}

void People::delete_property() {
    static constexpr std::array names{"goodcall_last_call_id", "goodcall_last_call_date",
                                      "goodcall_last_call_summary", "goodcall_call_count"};
    const std::string name = setting_.random(Disturber::property_deleted).pick(names);
    setting_.note("person", "deletes the property " + name);
    setting_.portal.delete_property(name, setting_.world.now());
}

}  // namespace ringbridge::simulation
