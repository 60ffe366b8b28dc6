// Whose call it was: the contact with the caller's number, found or made, never made twice.
//
// The ledger's own memory comes first, because HubSpot's search lags behind its writes: a contact
// that was made a moment ago is not found there yet. What is remembered is read again before it is
// used, for people merge, delete and change contacts. Only then is searched, and what the search
// brings is verified, for it may be stale too. Numbers that nobody has are given a contact; the
// intention is written down first, and while the outcome of a creation is in doubt nothing is
// created again until the search has had time to show it.
#pragma once

#include "bridge/line.hpp"

#include <vector>

namespace ringbridge::bridge {

class Matcher {
  public:
    /// `entries`: all in stage `seen`; with an activity those whose number was corrected.
    Matcher(Line& line, std::vector<Entry> entries);

    /// The same entries: matched, parked, dismissed, or deferred. One with an activity keeps its
    /// contact and number unless it is matched, and is `leaving` where another contact has its
    /// number now.
    Task<std::vector<Entry>> match();

  private:
    void read_numbers();
    void leave_in_place();
    Task<> use_remembered();
    Task<hubspot::ReadContacts> read(std::set<std::string> ids);
    Task<> use_found();
    void count_created(const std::vector<hubspot::Record>& candidates);
    Task<> create_missing();
    Task<> create(std::vector<PhoneNumber> numbers);

    std::set<PhoneNumber> open_numbers() const;
    std::size_t batch_limit_of_number(const PhoneNumber& number) const;
    void assign(const PhoneNumber& number, const hubspot::Record& contact);
    void assign_remembered(const PhoneNumber& number);
    void park_calls_of(const PhoneNumber& number, const std::string& why);
    bool doubtful(const PhoneNumber& number);
    void take_outcome(const PhoneNumber& number, const hubspot::RowOutcome& outcome);

    Line& line_;
    std::vector<Entry> entries_;
    std::map<std::string, PhoneNumber>
        recorded_under_;  ///< the numbers of calls with an activity, by id
    std::map<PhoneNumber, ledger::KnownContact> remembered_;
    std::map<PhoneNumber, ledger::KnownContact> learned_;
    std::vector<PhoneNumber> refused_together_;  ///< one of them is at fault
    std::vector<PhoneNumber> refused_by_name_;   ///< perhaps only the caller's name is
    std::set<PhoneNumber> nameless_;             ///< made without one
    SteadyTime searched_at_;                     ///< what came later, the search did not see
};

/// Among contacts that all have the number, oldest first: the one whose extension is the caller's
/// too, else the oldest. Null for none.
const hubspot::Record* choose_contact(const std::vector<hubspot::Record>& candidates,
                                      const PhoneNumber& number, const std::string& region);

}  // namespace ringbridge::bridge
