// A task for each missed call, where the operator wants one: somebody is to call back. Completed
// where it turns out that the call was answered.
//
// Made once, like the activity: noted before it is asked for, and looked for on the contact by the
// same marker where an answer was lost, or where a ledger that is gone may have made it.
#pragma once

#include "bridge/line.hpp"

#include <vector>

namespace ringbridge::bridge {

class FollowUps {
  public:
    explicit FollowUps(Line& line) : line_{line} {}

    /// `entries`: all in stage `written`. Those that may go on; whoever has to wait is deferred.
    Task<std::vector<Entry>> make(std::vector<Entry> entries);

  private:
    Task<> load_contacts(std::vector<Entry>* entries);
    Task<> look(std::vector<Entry>* entries);
    Task<> create_missing(std::vector<Entry>* entries);
    Task<> complete_answered(std::vector<Entry>* entries);
    Task<> create(std::vector<Entry*> entries, bool with_owner);

    bool is_settled(const Entry& entry) const;
    bool may_be_there(const Entry& entry) const;
    void wait_until_settled(Entry& entry, SteadyTime looked_up_at);
    void wait(Entry& entry, std::string reason);

    Line& line_;
    std::map<std::string, ledger::KnownTask> known_;  ///< by call id
    std::set<std::string> waiting_;                   ///< calls that were deferred
};

}  // namespace ringbridge::bridge
