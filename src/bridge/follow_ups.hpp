// A task to call back for each missed call, if the operator wants one. Completed if it turns out
// that the call was answered.
//
// Created once, like the activity: recorded before the request, and looked up on the contact by the
// same marker if a response was lost or a lost ledger may have created it.
#pragma once

#include "bridge/pipeline.hpp"

#include <vector>

namespace ringbridge::bridge {

class FollowUps {
  public:
    explicit FollowUps(Pipeline& pipeline) : pipeline_{pipeline} {}

    /// `entries`: all in stage `written`. Returns those that may go on; the others are deferred.
    Task<std::vector<Entry>> make(std::vector<Entry> entries);

  private:
    Task<> load_contacts(std::vector<Entry>* entries);
    Task<> look_up(std::vector<Entry>* entries);
    Task<> create_missing(std::vector<Entry>* entries);
    Task<> complete_answered(std::vector<Entry>* entries);
    Task<> create(std::vector<Entry*> entries, bool with_owner);

    bool is_settled(const Entry& entry) const;
    bool may_be_there(const Entry& entry) const;
    void wait_until_settled(Entry& entry, SteadyTime looked_up_at);
    void wait(Entry& entry, std::string reason);

    Pipeline& pipeline_;
    std::map<CallId, ledger::KnownTask> known_;
    std::set<CallId> waiting_;  ///< calls that were deferred
};

}  // namespace ringbridge::bridge
