#include "tests/simulation/people.hpp"

#include <fmt/format.h>

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
}

void People::at_some_moments(Disturber disturber, int most, void (People::*act)()) {
    auto& chance = setting_.chance(disturber);
    const auto times = chance.between(1, most);
    for (int i = 0; i < times; ++i) {
        const auto moment = setting_.world.now() + chance.between(0ms, setting_.scenario.span);
        setting_.world.at(moment, [this, disturber, act] {
            if (setting_.strikes(disturber, 1000)) (this->*act)();
        });
    }
}

void People::edit() {
    auto& chance = setting_.chance(Disturber::person_edits);
    const auto contacts = setting_.portal.contacts();
    if (contacts.empty()) return;
    const auto& contact = chance.pick(contacts);
    std::string name = chance.pick(std::array{"firstname", "lastname", "address", "phone"});
    std::string value = fmt::format("typed {}", chance.below(1000));
    if (name == "phone") {  // the same number in another hand
        const auto digits = number_of(contact);
        value = fmt::format("{} {} {}", digits.substr(0, 3), digits.substr(3, 3), digits.substr(6));
    }
    setting_.tell("person", fmt::format("types {} of {}", name, contact.id));
    setting_.portal.edit_contact(contact.id, {{name, value}}, setting_.world.now());
    witness_.see_typed(contact.id, name);
}

void People::add() {
    const auto& caller = setting_.chance(Disturber::person_adds).pick(setting_.workload.callers());
    const auto id = setting_.portal.add_contact(
        {{"phone", caller.e164.substr(2)}, {"lastname", "Doe"}}, setting_.world.now());
    setting_.tell("person", fmt::format("adds {} with the number of a caller", id));
    witness_.see_typed(id, "lastname");
}

// Two contacts with one number, as everybody would.
void People::merge() {
    auto& chance = setting_.chance(Disturber::person_merges);
    const auto contacts = setting_.portal.contacts();
    std::map<std::string, std::vector<std::string>> by_number;
    for (const auto& contact : contacts) by_number[number_of(contact)].push_back(contact.id);
    std::erase_if(by_number, [](const auto& group) { return group.second.size() < 2; });
    if (by_number.empty()) return;
    auto ids = by_number.begin()->second;
    if (chance.happens(500)) std::swap(ids[0], ids[1]);
    const auto survivor = setting_.portal.merge_contacts(ids[0], ids[1], setting_.world.now());
    setting_.tell("person", fmt::format("merges {} into {}: {}", ids[1], ids[0], survivor));
    witness_.see_merge_by_hand(ids[0], ids[1], survivor);
}

}  // namespace ringbridge::simulation
