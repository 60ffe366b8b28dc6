#include "bridge/dedup.hpp"

#include <algorithm>

namespace ringbridge::bridge {
Person person_of(const hubspot::Record& contact, const std::string& region) {
    const auto of = [&](const char* name) { return value_of(contact.properties, name); };
    const bool nameless = is_nameless(contact.properties);
    return {.id = contact.id,
            .created = contact.created,
            .numbers = hubspot::numbers_of(contact, region),
            .email = of("email"),
            .name = nameless ? "" : of("firstname") + ' ' + of("lastname"),
            .owner = of(owner_property)};
}

int DedupReport::held() const {
    return static_cast<int>(std::ranges::count_if(
        plan, [](const DuplicateGroup& group) { return !group.held.empty(); }));
}

int DedupReport::duplicates() const {
    std::size_t count = 0;
    for (const auto& group : plan) count += group.held.empty() ? group.merge.size() : 0;
    return static_cast<int>(count);
}

Task<DedupReport> Deduper::preview() {
    co_await crm_.open();
    hubspot::Contacts contacts{
        door_, crm_.capability().version, {"email", "firstname", "lastname", owner_property}};
    std::vector<Person> people;
    std::string cursor;
    do {
        auto page = co_await contacts.page(std::move(cursor));
        for (const auto& contact : page.contacts) {
            people.push_back(person_of(contact, mapping_.region));
        }
        cursor = std::move(page.next);
    } while (!cursor.empty());
    const auto scanned = static_cast<int>(people.size());
    co_return DedupReport{.scanned = scanned,
                          .plan = find_duplicates(std::move(people), mapping_.hold)};
}

}  // namespace ringbridge::bridge
