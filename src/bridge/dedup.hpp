// Merges duplicates, round by round.
//
// A merge cannot be undone and its response may be lost. So each one reads both contacts again,
// saves what the loser holds, merges, reads both again unless the response was clear, and updates
// the ledger. Whatever HubSpot refuses a merge with, only reading both shows whether it was done. A
// dedup that was interrupted anywhere is resumed by the next one from the merges that the ledger
// says were begun.
//
// HubSpot may refuse for a while to merge into a contact that was just merged into (known as
// "forward reference"; no document says for how long). A group therefore has one merge per round,
// and the rounds go through all groups: usually the time is over before its next turn. If not, the
// pause that turned out to be needed applies to all that follow.
#pragma once

#include "bridge/duplicate_finder.hpp"
#include "bridge/property_writer.hpp"
#include "hubspot/timeline.hpp"

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::bridge {

class Dedup {
  public:
    /// `stopping`: throws StopAsked before the next merge. `report` is kept up to date.
    Dedup(const Mapping& mapping, Crm& crm, ContactProperties& properties, hubspot::Client& client,
          ledger::Ledger& ledger, Clock& clock, Random& random, const bool& stopping,
          DedupReport& report);

    /// Resumes what an earlier dedup left open. Under the run lock, before `plan`.
    Task<> take_up();
    /// Uses the edited plan; without one, reads all contacts. Needs no lock.
    Task<> plan(std::optional<std::vector<DuplicateGroup>> edited);
    bool is_done() const { return groups_.empty() && pending_stamps_.empty(); }
    SteadyTime next_round_at() const;
    /// One merge in each of as many groups as are read at once. Under the run lock.
    Task<> round();

  private:
    /// A merge recorded in the ledger.
    struct Begun {
        ContactId keep, loser;
        Properties stamp;  ///< to be written to the survivor
    };
    struct Group {
        ContactId keep;
        std::deque<ContactId> losers;
        std::set<PhoneNumber> shared;
        bool approved = false;
        SteadyTime not_before;
        std::optional<SteadyTime> merged_at = {};
        Begun begun = {};  ///< outcome unknown, or refused; without ids: none
        int refusals = 0;  ///< consecutive
    };
    /// One merge that is about to be sent.
    struct Turn {
        Group& group;
        hubspot::Contact keep, loser;
    };
    /// A survivor whose stamp is not up to date yet.
    struct PendingStamp {
        std::vector<ContactId> losers;  ///< of the merges it comes from
        Properties stamp;
        SteadyTime not_before;
    };
    using Seen = hubspot::ReadContacts;

    Task<> know_properties();
    Task<Seen> read(std::vector<Group*> due);
    std::vector<Group*> due_groups();
    static std::optional<ContactId> late_survivor(const Group& group, const Seen& seen);
    std::optional<Turn> judge(Group& group, const Seen& seen);
    void leave_out(Group& group, ContactId loser, std::string why);
    Task<> write_down(std::vector<Turn>* turns);
    Task<std::map<std::string, hubspot::Attached>> activities_of(std::set<ContactId> contacts);
    Task<> merge(Group* group);
    Task<> settle(Group* group, ContactId survivor);
    void put_off(Group& group, const hubspot::RowOutcome& outcome);
    void add_pending_stamp(const ContactId& survivor, ContactId loser, Properties stamp);
    Task<> stamp_survivors();
    Task<> write_stamps(std::vector<hubspot::ContactPatch> patches);
    bool has_unknown(const Properties& stamp) const;
    Task<> forget_pending_stamp(ContactId survivor);

    const Mapping& mapping_;
    const HoldRules listed_;  ///< the rules that hold even an approved group
    Crm& crm_;
    std::unique_ptr<OpenCrm> open_;           ///< set by `take_up`
    std::unique_ptr<PropertyWriter> writer_;  ///< to that account
    ContactProperties& properties_;
    hubspot::Client& client_;
    ledger::Ledger& ledger_;
    Clock& clock_;
    Random& random_;
    const bool& stopping_;
    DedupReport& report_;
    std::unique_ptr<hubspot::Contacts> contacts_;  ///< reads whole records
    std::list<Group> groups_;
    std::map<ContactId, PendingStamp> pending_stamps_;  ///< by survivor
    std::set<std::string> unreadable_types_;
    Milliseconds pause_{0};  ///< known to be needed between merges into one contact
};

/// What a loser held, for a person; and stamps, as stored in the ledger.
std::string encode_snapshot(const hubspot::Contact& loser,
                            const std::map<std::string, hubspot::Attached>& activities,
                            const std::set<std::string>& unreadable_types);
std::string encode_stamp(const Properties& stamp);
Properties decode_stamp(const std::string& text);

}  // namespace ringbridge::bridge
