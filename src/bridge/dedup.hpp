// Duplicates merged, round by round.
//
// A merge cannot be undone and its answer may be lost, so each one goes: look at both once more,
// write down what the loser holds, merge, look again unless the answer was plain, follow. Whatever
// HubSpot refuses a merge with, only a look at both tells whether it was done. A sweep that is
// broken off anywhere is picked up by the next one from what the ledger says was begun.
//
// HubSpot may refuse for a while to merge into a contact that was just merged into ("forward
// reference" in the field's words; no document tells how long). A group therefore has one merge a
// round, and the rounds go through all groups: mostly the time is over before its next turn. Where
// it is not, the pause that turned out to be needed holds for all that follow.
#pragma once

#include "bridge/contact_properties.hpp"
#include "bridge/duplicate_finder.hpp"
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
    /// `stopping` ends it with StopAsked before the next merge; `report` is kept up to date.
    Dedup(const Mapping& mapping, Crm& crm, ContactProperties& properties, hubspot::Client& client,
          ledger::Ledger& ledger, Clock& clock, Random& random, const bool& stopping,
          DedupReport& report);

    /// Takes up what an earlier sweep left open. Under the run lock, before the plan is made.
    Task<> take_up();
    /// Reads all contacts, where nobody hands in a plan. Needs no lock.
    Task<> plan(std::optional<std::vector<DuplicateGroup>> edited);
    bool is_done() const { return groups_.empty() && pending_stamps_.empty(); }
    SteadyTime next_round_at() const;
    /// A merge each in as many groups as are read at once. Under the run lock.
    Task<> round();

  private:
    /// A merge that the ledger knows of.
    struct Begun {
        std::string keep, loser;
        Properties stamp;  ///< what the survivor is to be told
    };
    struct Group {
        std::string keep;
        std::deque<std::string> losers;
        std::set<PhoneNumber> shared;
        bool approved = false;
        SteadyTime not_before;
        std::optional<SteadyTime> merged_at = {};
        Begun begun = {};  ///< of unknown outcome, or refused; without ids: none
        int refusals = 0;  ///< one after the other
    };
    /// One merge that is about to be made.
    struct Turn {
        Group& group;
        hubspot::Record keep, loser;
    };
    /// A survivor whose stamp is not what it should be yet.
    struct PendingStamp {
        std::vector<std::string> losers;  ///< whose merges it comes from
        Properties stamp;
        SteadyTime not_before;
    };
    using Seen = hubspot::ReadContacts;

    Task<> know_properties();
    Task<Seen> look(std::vector<Group*> due);
    std::vector<Group*> due_groups();
    static std::optional<std::string> late_survivor(const Group& group, const Seen& seen);
    std::optional<Turn> judge(Group& group, const Seen& seen);
    void leave_out(Group& group, std::string loser, std::string why);
    Task<> write_down(std::vector<Turn>* turns);
    Task<std::map<std::string, hubspot::Attached>> activities_of(std::set<std::string> contacts);
    Task<> merge(Group* group);
    Task<> settle(Group* group, std::string survivor);
    void put_off(Group& group, const hubspot::RowOutcome& outcome);
    void add_pending_stamp(const std::string& survivor, std::string loser, Properties stamp);
    Task<> stamp_survivors();
    Task<> tell(std::vector<hubspot::RecordPatch> patches);
    bool has_unknown(const Properties& stamp) const;
    Task<> forget_pending_stamp(std::string survivor);

    const Mapping& mapping_;
    const HoldRules listed_;  ///< what holds back an approved group
    Crm& crm_;
    std::unique_ptr<OpenCrm> open_;  ///< since it was begun
    ContactProperties& properties_;
    hubspot::Client& client_;
    ledger::Ledger& ledger_;
    Clock& clock_;
    Random& random_;
    const bool& stopping_;
    DedupReport& report_;
    std::unique_ptr<hubspot::Contacts> contacts_;  ///< reads whole records
    std::list<Group> groups_;
    std::map<std::string, PendingStamp> pending_stamps_;  ///< by the survivor's id
    std::set<std::string> unreadable_types_;
    Milliseconds pause_{0};  ///< between merges into one contact, as far as is known
};

/// What a loser held, for a person; and stamps, as the ledger keeps them.
std::string encode_snapshot(const hubspot::Record& loser,
                            const std::map<std::string, hubspot::Attached>& activities,
                            const std::set<std::string>& unreadable_types);
std::string encode_stamp(const Properties& stamp);
Properties decode_stamp(const std::string& text);

}  // namespace ringbridge::bridge
