// Contacts that share a number: which of them are one person, and which need a person's review.
//
// A merge cannot be undone, so the rules hold a group wherever the records suggest two people.
// Otherwise sharing a number is enough.
#pragma once

#include "core/id.hpp"
#include "core/phone.hpp"
#include "core/time.hpp"

#include <set>
#include <string>
#include <vector>

namespace ringbridge {

/// The parts of a contact that show whether it is someone else.
struct Person {
    ContactId id;
    UtcTime created;
    std::vector<PhoneNumber> numbers;
    std::string email;  ///< empty: none
    std::string name;   ///< first and last; empty: none
    std::string owner;  ///< HubSpot's owner id; empty: none
};

/// Which differences hold a group back for review.
struct HoldRules {
    bool email = true;
    bool name = true;
    bool shared = true;  ///< a number on more contacts than would share a phone: a switchboard
    bool owner = false;  ///< contacts with different owners
    /// Regardless of the other rules: contacts that are never merged, and numbers that belong
    /// to no one person, in E.164.
    std::set<ContactId> protected_contacts = {};
    std::set<std::string> switchboards = {};
    bool operator==(const HoldRules&) const = default;
};

/// More contacts than this with one number are not duplicates.
inline constexpr std::size_t sharers_max = 5;

/// Contacts connected by shared numbers, directly or transitively.
struct DuplicateGroup {
    ContactId keep;                   ///< the oldest
    std::vector<ContactId> merge;     ///< into it, oldest first
    std::vector<PhoneNumber> shared;  ///< numbers that more than one of them has
    std::string held;                 ///< why it needs review; empty: it may be merged
    bool approved = false;            ///< a person has reviewed it
    bool is_to_be_merged() const { return held.empty() || approved; }
};

/// Why a person must review these before they are merged; empty if they may be merged.
std::string why_held(const std::vector<Person>& people, const HoldRules& rules);

/// The rules that hold even after a person's approval: the operator's lists.
HoldRules only_listed(HoldRules rules);

/// Ordered by the age of the kept contact. Numbers with different extensions are different numbers.
std::vector<DuplicateGroup> find_duplicates(std::vector<Person> people, const HoldRules& rules);

/// `Jane Doe` and `J. Doe`, or `Doe, Jane`, or `Jane` may be one person; `Jane Doe` and `John Doe`
/// are not.
bool are_clearly_different_names(const std::string& one, const std::string& other);

}  // namespace ringbridge
