// A call's path from the ledger to HubSpot: match, look up, write, stamp, settle.
//
// Each round takes what is due, three hundred calls at most, and moves it along the line in
// batches. Before an activity is written its row is set to `writing`. If a row is found in that
// stage, after a crash or a lost response, its activity is looked up on the contact's timeline
// before anything is written again.
#pragma once

#include "bridge/line.hpp"

#include <vector>

namespace ringbridge::bridge {

class Delivery {
  public:
    explicit Delivery(Line& line) : line_{line} {}

    /// Until nothing is due, and nothing will be due within the time a run waits.
    Task<> deliver();
    /// These, as far as they get now.
    Task<> sync(std::vector<Entry> entries);

  private:
    /// Activities by call.
    using Duplicates = std::map<std::string, std::set<std::string>>;
    struct MarkedActivities {
        MarkedCalls marked;
        std::map<std::string, hubspot::Refused> refused;  ///< by contact
    };

    Task<> let_new_calls_go_first();
    Task<> let_others_go_first();
    int round_max() const;
    Task<> carry_what_is_due();
    Task<> report_what_waits_for_tomorrow();
    Task<> match_backlog();
    Task<> load_existing_activities(int calls);
    Task<bool> wait_for_next();
    void begin_round();
    Task<> round(std::vector<Entry> due);
    Task<std::vector<Entry>> match(std::vector<Entry> entries);
    Task<std::vector<Entry>> look_up(std::vector<Entry> entries);
    Task<std::map<std::string, std::string>> look_up_elsewhere(std::vector<Entry>* entries,
                                                               std::set<std::string> looked_up_at);
    std::string why_not_looked_up(const Entry& entry,
                                  const std::map<std::string, hubspot::Refused>& refused) const;
    Task<std::map<std::string, hubspot::Record>> other_matches(std::set<PhoneNumber> numbers,
                                                               std::set<std::string> known);
    Task<MarkedActivities> marked_activities(std::set<std::string> contact_ids);
    void apply_lookup(Entry& entry, const MarkedCalls& marked, SteadyTime looked_up_at);
    Task<> use_existing_activities(std::vector<Entry>* entries);
    bool may_be_there(const Entry& entry) const;
    bool may_be_recorded(const Entry& entry) const;

    Task<std::vector<Entry>> write(std::vector<Entry> entries);
    Task<> see_owners(std::vector<Entry> entries);
    std::string owner_for(const Entry& entry) const;
    /// True: retry the call without an owner.
    bool leave_owner_out(const Entry& entry, const hubspot::Refused& refused);
    Task<std::vector<Entry>> create_activities(std::vector<Entry> entries);
    Task<std::vector<Entry>> update_activities(std::vector<Entry> entries);
    Task<std::vector<Entry>> rewrite_activities(std::vector<Entry> entries);
    Activity updated_activity(const Entry& entry,
                              const std::map<std::string, ActivityText>& shown) const;
    void take_update(Entry& entry, const hubspot::RowOutcome& outcome, bool closed);
    Task<hubspot::ReadTexts> read_activities(std::vector<Entry> entries);
    Task<Duplicates> find_duplicates(std::vector<Entry>* entries);
    Task<> remove_duplicates(std::string call_id, Duplicates duplicates);
    Task<bool> take_closure(std::vector<hubspot::RowOutcome> outcomes);
    Task<> take_refusal(Entry* entry, hubspot::Refused refused);

    Line& line_;
    std::set<std::string> ownerless_;  ///< calls whose activity HubSpot refused with an owner
    Milliseconds waited_{0};
};

}  // namespace ringbridge::bridge
