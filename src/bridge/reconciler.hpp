// What became of writes whose outcome this ledger does not know: a response was lost, the process
// died, or the ledger may have forgotten the call. The activity is looked up by its marker before
// anything is written again.
#pragma once

#include "bridge/marked_activities.hpp"
#include "bridge/pipeline.hpp"

#include <optional>
#include <vector>

namespace ringbridge::bridge {

class Reconciler {
  public:
    explicit Reconciler(Pipeline& pipeline) : pipeline_{pipeline} {}

    /// One lookup for all `calls` of a backlog, if that is cheaper than one per contact.
    Task<> load_existing_activities(int calls);

    /// The same entries without those that must wait, which are saved: `written` if the activity
    /// is there, `matched` if it is not.
    Task<std::vector<Entry>> reconcile(std::vector<Entry> entries);

  private:
    bool may_be_there(const Entry& entry) const;
    bool may_be_recorded(const Entry& entry) const;
    Task<> use_existing_activities(const MarkedCalls* existing, std::vector<Entry>* entries);
    Task<std::map<CallId, std::string>> look_up_elsewhere(std::vector<Entry>* entries,
                                                          std::set<ContactId> looked_up,
                                                          SteadyTime looked_up_at);
    std::string why_not_looked_up(const Entry& entry,
                                  const std::map<ContactId, hubspot::Refused>& refused) const;
    void apply_lookup(Entry& entry, const MarkedCalls& marked, SteadyTime looked_up_at);

    Pipeline& pipeline_;
    /// The account's activities from before this run, by call id; nothing if they are looked up
    /// contact by contact.
    std::optional<MarkedCalls> existing_;
};

}  // namespace ringbridge::bridge
