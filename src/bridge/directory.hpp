// The account's contacts by their numbers, read once: for a backlog of calls for which that takes
// fewer requests than searching for each caller.
//
// Good for as long as the calls of a backlog take to be matched, a minute or two. Unlike a search
// it does not lag.
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
    /// `listed_at`: what came to the account later, it may not know.
    Directory(std::string region, SteadyTime listed_at)
        : region_{std::move(region)}, listed_at_{listed_at} {}

    void add(hubspot::Record contact);

    /// Every contact that has one of these numbers, whatever the extension; oldest first.
    std::vector<hubspot::Record> search(const std::set<PhoneNumber>& numbers) const;
    /// Null where it is not in here: merged, deleted or made since.
    const hubspot::Record* find(const std::string& id) const;
    SteadyTime listed_at() const { return listed_at_; }

  private:
    std::string region_;
    SteadyTime listed_at_;
    std::map<std::string, hubspot::Record> contacts_;         ///< by id
    std::map<std::string, std::set<std::string>> by_number_;  ///< ids by E.164
};

/// Reads all pages, where that takes fewer requests than searching for so many callers; nothing
/// where it does not, or where the account does not list its contacts, or say how many it has.
Task<std::optional<Directory>> read_directory(hubspot::Contacts* contacts, std::string region,
                                              std::size_t callers, SteadyTime now, Log* log);

}  // namespace ringbridge::bridge
