#include "bridge/contact_cache.hpp"

namespace ringbridge::bridge {
namespace {

template <class Key>
std::optional<std::string> find_in(const std::map<Key, std::string>& reasons, const Key& key) {
    const auto found = reasons.find(key);
    return found == reasons.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace

void ContactCache::begin_round() {
    contacts_.clear();
    unreadable_.clear();
    matches_.clear();
    unsearchable_.clear();
    round_began_ = run_.clock.steady();
    directory_is_fresh_ = false;
}

void ContactCache::begin_round_with_directory() {
    begin_round();
    directory_is_fresh_ = true;
}

Task<> ContactCache::load(std::set<ContactId> ids) {
    std::erase_if(ids, [&](const ContactId& id) { return contacts_.contains(id); });
    if (!ids.empty()) co_await read(std::move(ids));
}

Task<> ContactCache::read(std::set<ContactId> ids) {
    for (const auto& id : ids) {
        contacts_.erase(id);
        unreadable_.erase(id);
    }
    auto read = co_await run_.crm.contacts().read(std::move(ids));
    for (auto& [id, contact] : read.contacts) {
        if (contact.id != id) co_await run_.ledger.follow_merge(id, contact.id);
        contacts_[contact.id] = contact;
        contacts_[id] = std::move(contact);
    }
    for (auto& [id, refused] : read.refused) unreadable_[id] = std::move(refused.message);
}

const hubspot::Contact* ContactCache::find(const ContactId& id) const {
    const auto found = contacts_.find(id);
    return found == contacts_.end() ? nullptr : &found->second;
}

void ContactCache::put(hubspot::Contact contact) {
    const auto id = contact.id;
    contacts_[id] = std::move(contact);
}

void ContactCache::note_written(const ContactId& id, const Properties& written) {
    for (const auto& [name, value] : written) contacts_.at(id).properties[name] = value;
}

std::optional<std::string> ContactCache::why_unreadable(const ContactId& id) const {
    return find_in(unreadable_, id);
}

std::optional<std::string> ContactCache::why_unsearchable(const PhoneNumber& number) const {
    return find_in(unsearchable_, number.e164);
}

PhoneNumber ContactCache::lost_number(const ContactId& id) const {
    const auto found = lost_numbers_.find(id);
    return found == lost_numbers_.end() ? PhoneNumber{} : found->second;
}

// Each candidate's numbers are parsed once: that costs more than everything else here.
void ContactCache::note_matches(const std::set<PhoneNumber>& numbers,
                                const std::vector<hubspot::Contact>& candidates) {
    for (const auto& number : numbers) matches_[number.e164].clear();
    for (const auto& candidate : candidates) {
        std::set<std::string> has;
        for (auto& number : hubspot::numbers_of(candidate, run_.mapping.region)) {
            has.insert(number.e164);
        }
        for (const auto& number : has) {
            const auto wanted = matches_.find(number);
            if (wanted != matches_.end()) wanted->second.push_back(candidate);
        }
    }
}

Task<> ContactCache::search_matches(std::set<PhoneNumber> numbers) {
    if (const auto* directory = fresh_directory()) {
        co_return note_matches(numbers, directory->search(numbers));
    }
    const auto found = co_await run_.crm.contacts().search(numbers, run_.mapping.region);
    note_matches(numbers, found.contacts);
    for (const auto& [number, refused] : found.refused) {
        unsearchable_[number.e164] = "HubSpot refused to search for the number: " + refused.message;
    }
}

Task<> ContactCache::load_matches(std::set<PhoneNumber> numbers) {
    std::erase_if(numbers, [&](const auto& number) { return matches_.contains(number.e164); });
    if (numbers.empty()) co_return;
    // A contact that a lost ledger wrote a call to had the number before this run.
    if (directory_) co_return note_matches(numbers, directory_->search(numbers));
    co_await search_matches(std::move(numbers));
}

}  // namespace ringbridge::bridge
