#include "bridge/directory.hpp"

#include "core/stop.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

// For fewer, asking how many contacts there are is not worth the request.
constexpr std::size_t callers_min = 7;

Task<Directory> read_all(hubspot::Contacts* contacts, std::string region, SteadyTime now) {
    Directory directory{std::move(region), now};
    co_await contacts->read_all(
        [&](hubspot::Contact contact) { directory.add(std::move(contact)); });
    co_return directory;
}

}  // namespace

void Directory::add(hubspot::Contact contact) {
    for (const auto& number : hubspot::numbers_of(contact, region_)) {
        by_number_[number.e164].insert(contact.id);
    }
    const auto id = contact.id;
    contacts_[id] = std::move(contact);
}

std::vector<hubspot::Contact> Directory::search(const std::set<PhoneNumber>& numbers) const {
    std::set<ContactId> ids;
    for (const auto& number : numbers) {
        const auto matches = by_number_.find(number.e164);
        if (matches != by_number_.end()) ids.insert(matches->second.begin(), matches->second.end());
    }
    std::vector<hubspot::Contact> found;
    for (const auto& id : ids) found.push_back(contacts_.at(id));
    std::ranges::sort(found, {}, [](const auto& one) { return std::pair{one.created, one.id}; });
    return found;
}

const hubspot::Contact* Directory::find(const ContactId& id) const {
    const auto found = contacts_.find(id);
    return found == contacts_.end() ? nullptr : &found->second;
}

Task<std::optional<Directory>> read_directory(hubspot::Contacts* contacts, std::string region,
                                              std::size_t callers, SteadyTime now, Log* log) {
    if (callers < callers_min) co_return std::nullopt;
    const auto count = co_await contacts->count();
    const auto searches = callers * 3 / 4;
    if (!count || static_cast<std::size_t>(*count) / hubspot::batch_max > searches) {
        co_return std::nullopt;
    }
    try {
        co_return co_await read_all(contacts, std::move(region), now);
    } catch (const OutOfReach& away) {
        // Searching needs fewer requests: if that fails as well, the run ends there.
        log->warn("contacts_not_listed", {{"why", away.what()}});
    }
    co_return std::nullopt;
}

}  // namespace ringbridge::bridge
