// The contacts that a round works with, as HubSpot showed them. What a round has read is not older
// than its start; the next one reads it again.
#pragma once

#include "bridge/directory.hpp"
#include "bridge/run_context.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::bridge {

class ContactCache {
  public:
    explicit ContactCache(const RunContext& run) : run_{run} {}

    /// A round in which numbers are looked up in HubSpot.
    void begin_round();
    /// The same, in which they are looked up in this directory: until the next round begins. A
    /// contact that another bridge has created since it was read is not in it, but in the ledger,
    /// which is checked first.
    void begin_round_with_directory();
    SteadyTime round_began() const { return round_began_; }

    /// The account's contacts, as listed for a backlog. They serve as well for looking up who had a
    /// number before this run.
    void set_directory(Directory directory) { directory_ = std::move(directory); }
    /// Null unless this round began with it.
    Directory* fresh_directory() {
        return directory_is_fresh_ && directory_ ? &*directory_ : nullptr;
    }

    /// Reads those that this round has not read yet: contacts of calls left by an earlier one.
    Task<> load(std::set<ContactId> ids);
    /// Reads them in any case: what a search returned may be a minute old.
    Task<> read(std::set<ContactId> ids);
    /// As this round read it, or the one that it was merged into; null if it did not, or if the
    /// contact does not exist.
    const hubspot::Contact* find(const ContactId& id) const;
    void put(hubspot::Contact contact);
    /// It was just created, so nothing can have been written to it before.
    void note_created(const ContactId& id) { created_.insert(id); }
    bool was_created(const ContactId& id) const { return created_.contains(id); }
    /// HubSpot has these values now.
    void note_written(const ContactId& id, const Properties& written);
    /// Why HubSpot refused to show it in this round; nothing if it did not.
    std::optional<std::string> why_unreadable(const ContactId& id) const;

    /// Searches for the contacts that have one of these numbers now.
    Task<> search_matches(std::set<PhoneNumber> numbers);
    /// Searches for those numbers that this round has not searched for yet.
    Task<> load_matches(std::set<PhoneNumber> numbers);
    /// Contacts with the number, oldest first. It was searched for in this round.
    const std::vector<hubspot::Contact>& matches(const PhoneNumber& number) const {
        return matches_.at(number.e164);
    }
    /// Why HubSpot refused to search for it in this round; nothing if it did not.
    std::optional<std::string> why_unsearchable(const PhoneNumber& number) const;

    /// The contact lost this number when it was merged into another one.
    void note_lost_number(const ContactId& id, PhoneNumber number) { lost_numbers_[id] = number; }
    /// Empty if none is known.
    PhoneNumber lost_number(const ContactId& id) const;

  private:
    void note_matches(const std::set<PhoneNumber>& numbers,
                      const std::vector<hubspot::Contact>& candidates);

    const RunContext& run_;
    SteadyTime round_began_;
    std::map<ContactId, hubspot::Contact> contacts_;
    std::map<ContactId, std::string> unreadable_;                   ///< why
    std::map<std::string, std::vector<hubspot::Contact>> matches_;  ///< by E.164
    std::map<std::string, std::string> unsearchable_;               ///< why, by E.164
    std::map<ContactId, PhoneNumber> lost_numbers_;                 ///< for the whole run
    std::set<ContactId> created_;                                   ///< likewise
    std::optional<Directory> directory_;
    bool directory_is_fresh_ = false;
};

}  // namespace ringbridge::bridge
