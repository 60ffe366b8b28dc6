// Contacts that share a number: which of them are one person, and which a person must look at.
//
// A merge cannot be undone, so the rules hold back wherever the records speak of two people. Where
// they say nothing against it, sharing a number is enough.
#pragma once

#include "core/phone.hpp"
#include "core/time.hpp"

#include <set>
#include <string>
#include <vector>

namespace ringbridge {

/// What of a contact tells whether it is somebody else.
struct Person {
    std::string id;
    UtcTime created;
    std::vector<PhoneNumber> numbers;
    std::string email;  ///< empty: none
    std::string name;   ///< first and last; empty: none
    std::string owner;  ///< HubSpot's id of whoever looks after it; empty: nobody
};

/// Which differences hold a group back.
struct HoldRules {
    bool email = true;
    bool name = true;
    bool shared = true;  ///< a number on more contacts than people share a phone: a switchboard
    bool owner = false;  ///< people of different owners
    /// Whatever else is set: contacts that are never merged, by id, and numbers that are nobody's
    /// own, in E.164.
    std::set<std::string> protected_contacts = {}, switchboards = {};
};

/// More contacts than these with one number are no duplicates.
inline constexpr std::size_t sharers_max = 5;

/// Contacts that are joined by numbers, also by way of others.
struct DuplicateGroup {
    std::string keep;                 ///< the oldest
    std::vector<std::string> merge;   ///< into it, oldest first
    std::vector<PhoneNumber> shared;  ///< numbers that more than one of them has
    std::string held;                 ///< why a person must look; empty: it may be merged
    bool approved = false;            ///< a person has looked
    bool is_to_be_merged() const { return held.empty() || approved; }
};

/// Why a person must look before these become one; empty where nothing speaks against it.
std::string why_held(const std::vector<Person>& people, const HoldRules& rules);

/// What holds back also where a person has looked: the operator's lists.
HoldRules only_listed(HoldRules rules);

/// By the age of the contact that is kept. Numbers with other extensions are other numbers.
std::vector<DuplicateGroup> find_duplicates(std::vector<Person> people, const HoldRules& rules);

/// `Jane Doe` and `J. Doe`, or `Doe, Jane`, or `Jane` may be one person; `Jane Doe` and `John Doe`
/// are not.
bool are_clearly_different_names(const std::string& one, const std::string& other);

}  // namespace ringbridge
