// Whose call it was: the contact with the caller's number, found or created, never created twice.
//
// The ledger is checked first, because HubSpot's search lags behind its writes: a contact that was
// just created is not found there yet. A remembered contact is read again before it is used, since
// people merge, delete and change contacts. Only then comes a search, and its results are verified,
// since they may be stale too. A contact is created for numbers that nobody has. The intent is
// recorded first, and while the outcome of a creation is in doubt nothing is created again until
// the search has had time to show it.
#pragma once

#include "bridge/pipeline.hpp"

#include <vector>

namespace ringbridge::bridge {

class Matcher {
  public:
    /// `entries`: all in stage `seen`; those with an activity had their number corrected.
    Matcher(Pipeline& pipeline, std::vector<Entry> entries);

    /// The same entries: matched, parked, dismissed, or deferred. One with an activity keeps its
    /// contact and number unless it is matched, and is `leaving` if another contact has its number
    /// now.
    Task<std::vector<Entry>> match();
    /// The same as far as reading shows, with nothing recorded or created: a call whose caller has
    /// no contact yet stays in `seen`.
    Task<std::vector<Entry>> find();

  private:
    Task<> find_contacts();
    void read_numbers();
    Task<> record_findings();
    void leave_in_place();
    Task<> use_remembered();
    Task<hubspot::ReadContacts> read(std::set<ContactId> ids);
    Task<> use_found();
    void count_created(const std::vector<hubspot::Contact>& candidates);
    Task<> create_missing();
    Task<> create(std::vector<PhoneNumber> numbers);

    std::set<PhoneNumber> open_numbers() const;
    std::size_t batch_limit_of_number(const PhoneNumber& number) const;
    void assign(const PhoneNumber& number, const hubspot::Contact& contact);
    void assign_remembered(const PhoneNumber& number);
    void park_calls_of(const PhoneNumber& number, const std::string& why);
    bool doubtful(const PhoneNumber& number);
    void take_outcome(const PhoneNumber& number, const hubspot::RowOutcome& outcome);
    void take_created(const PhoneNumber& number, const ContactId& id);

    Pipeline& pipeline_;
    std::vector<Entry> entries_;
    std::map<CallId, PhoneNumber> recorded_under_;  ///< the numbers of calls with an activity
    std::map<PhoneNumber, ledger::KnownContact> remembered_;
    std::map<PhoneNumber, ledger::KnownContact> learned_;
    std::set<PhoneNumber> outdated_;             ///< what was remembered of them
    std::map<ContactId, ContactId> merged_;      ///< remembered contacts, and the survivors
    std::vector<PhoneNumber> refused_together_;  ///< one of them is at fault
    std::vector<PhoneNumber> refused_by_name_;   ///< perhaps only the caller's name is
    std::set<PhoneNumber> nameless_;             ///< made without one
    SteadyTime searched_at_;                     ///< the search may have missed anything later
};

/// Among contacts with the number, oldest first: the one that has the caller's extension too, else
/// the oldest. Null if there is none.
const hubspot::Contact* choose_contact(const std::vector<hubspot::Contact>& candidates,
                                       const PhoneNumber& number, const std::string& region);

}  // namespace ringbridge::bridge
