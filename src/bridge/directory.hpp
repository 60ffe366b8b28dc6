// The account's contacts by number, read once: for a backlog of calls, if that takes fewer requests
// than searching for each caller.
//
// Valid for as long as matching a backlog takes, a minute or two. Unlike a search it does not lag.
#pragma once

#include "hubspot/contacts.hpp"
#include "ports/log.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::bridge {

class Directory {
  public:
    /// `listed_at`: contacts created later may be missing.
    Directory(std::string region, SteadyTime listed_at)
        : region_{std::move(region)}, listed_at_{listed_at} {}

    void add(hubspot::Contact contact);

    /// Every contact with one of these numbers, whatever the extension; oldest first.
    std::vector<hubspot::Contact> search(const std::set<PhoneNumber>& numbers) const;
    /// Null if it is not in here: merged, deleted or created since.
    const hubspot::Contact* find(const ContactId& id) const;
    SteadyTime listed_at() const { return listed_at_; }

  private:
    std::string region_;
    SteadyTime listed_at_;
    std::map<ContactId, hubspot::Contact> contacts_;
    std::map<std::string, std::set<ContactId>> by_number_;  ///< by E.164
};

/// Reads all pages if that takes fewer requests than searching for this many callers. Nothing if it
/// does not, or if the account does not list its contacts or report how many it has.
Task<std::optional<Directory>> read_directory(hubspot::Contacts* contacts, std::string region,
                                              std::size_t callers, SteadyTime now, Log* log);

}  // namespace ringbridge::bridge
