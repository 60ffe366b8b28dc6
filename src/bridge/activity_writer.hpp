// Writes calls' activities in batches: creates them, updates them, with the owner that the settings
// choose. Before an activity is created its row is set to `writing`.
#pragma once

#include "bridge/pipeline.hpp"

#include <vector>

namespace ringbridge::bridge {

class ActivityWriter {
  public:
    explicit ActivityWriter(Pipeline& pipeline) : pipeline_{pipeline} {}

    /// `entries`: all in stage `matched`; with an activity those to be updated. The same entries
    /// without those that a person has changed meanwhile: `written`, deferred, parked, or still
    /// `matched` for another try in a smaller batch. Those that are left when new calls are to be
    /// listed stay in the ledger as they are, for the next round.
    Task<std::vector<Entry>> write(std::vector<Entry> entries);

  private:
    Task<> load_owners(std::vector<Entry> entries);
    Task<> meet_contacts(std::vector<Entry> entries);
    std::string owner_for(const Entry& entry) const;
    /// True: retry the call without an owner.
    bool leave_owner_out(const Entry& entry, const hubspot::Refused& refused);
    Task<std::vector<Entry>> create_activities(std::vector<Entry> entries);
    Task<std::vector<Entry>> update_activities(std::vector<Entry> entries);
    Task<std::vector<Entry>> rewrite_activities(std::vector<Entry> entries);
    Activity updated_activity(const Entry& entry,
                              const std::map<ActivityId, ActivityText>& shown) const;
    std::optional<hubspot::Refused> take_creation(Entry& entry, const hubspot::RowOutcome& outcome);
    void take_update(Entry& entry, const hubspot::RowOutcome& outcome, bool closed);
    void take_refused_update(Entry& entry, const hubspot::Refused& refused);
    Task<hubspot::ReadTexts> read_activities(std::vector<Entry> entries);
    Task<bool> take_closure(std::vector<hubspot::RowOutcome> outcomes);
    Task<> take_refusal(Entry* entry, hubspot::Refused refused);

    Pipeline& pipeline_;
    std::set<CallId> ownerless_;  ///< calls whose activity HubSpot refused with an owner
};

}  // namespace ringbridge::bridge
