#include "bridge/duplicate_finder.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

// HubSpot keeps the survivor's value and fills its blank fields: any further value is lost.
std::vector<Loss> losses_of(const DuplicateGroup& group,
                            const std::map<ContactId, hubspot::Contact>& contacts,
                            const std::set<std::string>& names) {
    std::vector<Loss> losses;
    const auto keep = contacts.find(group.keep);
    if (keep == contacts.end()) return losses;
    auto kept = keep->second.properties;
    for (const auto& id : group.merge) {
        const auto loser = contacts.find(id);
        if (loser == contacts.end()) continue;
        for (const auto& [name, value] : loser->second.properties) {
            if (value.empty() || !names.contains(name)) continue;
            auto& stays = kept[name];
            if (stays.empty()) stays = value;
            if (stays != value) losses.push_back({group.keep, id, name, value, stays});
        }
    }
    return losses;
}

}  // namespace

Person person_of(const hubspot::Contact& contact, const Mapping& mapping) {
    const auto of = [&](const std::string& name) { return value_of(contact.properties, name); };
    const bool nameless = is_nameless(contact.properties);
    auto numbers = hubspot::numbers_of(contact, mapping.region);
    for (const auto& property : mapping.phone_properties) {
        std::ranges::move(find_phones(of(property), mapping.region), std::back_inserter(numbers));
    }
    return {.id = contact.id,
            .created = contact.created,
            .numbers = std::move(numbers),
            .email = of("email"),
            .name = nameless ? "" : of("firstname") + ' ' + of("lastname"),
            .owner = of(owner_property)};
}

int DedupReport::held() const {
    return static_cast<int>(std::ranges::count_if(
        plan, [](const DuplicateGroup& group) { return !group.is_to_be_merged(); }));
}

int DedupReport::duplicates() const {
    std::size_t count = 0;
    for (const auto& group : plan) count += group.is_to_be_merged() ? group.merge.size() : 0;
    return static_cast<int>(count);
}

Task<DedupReport> DuplicateFinder::find() {
    version_ = (co_await crm_.open()).capability().version;
    std::vector<std::string> properties{"email", "firstname", "lastname", owner_property};
    std::ranges::copy(mapping_.phone_properties, std::back_inserter(properties));
    hubspot::Contacts contacts{client_, version_, std::move(properties)};
    std::vector<Person> people;
    co_await contacts.read_all(
        [&](const hubspot::Contact& contact) { people.push_back(person_of(contact, mapping_)); });
    const auto scanned = static_cast<int>(people.size());
    co_return DedupReport{.scanned = scanned,
                          .plan = find_duplicates(std::move(people), mapping_.hold)};
}

Task<DedupReport> DuplicateFinder::preview() {
    auto report = co_await find();
    const auto names = co_await properties_to_lose();
    std::set<ContactId> ids;
    for (const auto& group : report.plan) {
        ids.insert(group.keep);
        ids.insert(group.merge.begin(), group.merge.end());
    }
    hubspot::Contacts contacts{client_, version_, {names.begin(), names.end()}};
    const auto seen = (co_await contacts.read(std::move(ids))).contacts;
    for (const auto& group : report.plan) {
        std::ranges::move(losses_of(group, seen, names), std::back_inserter(report.losses));
    }
    co_return report;
}

// What people and other programs write. Our own stamp is merged by us, and HubSpot keeps additional
// e-mail addresses (knowledge base, "Merge records").
Task<std::set<std::string>> DuplicateFinder::properties_to_lose() {
    hubspot::PropertyCatalog catalog{client_, version_};
    const auto known = co_await catalog.all();
    std::set<std::string> names{"firstname", "lastname", "phone", "mobilephone", owner_property};
    if (known) {
        for (const auto& [name, property] : *known) {
            if (!property.read_only) names.insert(name);
        }
    }
    std::erase_if(names, [&](const std::string& name) {
        return name == "email" || name.starts_with(mapping_.prefix + '_');
    });
    co_return names;
}

}  // namespace ringbridge::bridge
