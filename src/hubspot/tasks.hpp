// Tasks for people: a caller to be called back. The tasks object, whichever protocol the activities
// are written with.
#pragma once

#include "hubspot/timeline.hpp"

namespace ringbridge::hubspot {

struct NewTask {
    FollowUp follow_up;
    std::string contact_id;
};

class Tasks {
  public:
    Tasks(Client& client, ApiVersion version)
        : client_{client}, version_{version}, timeline_{client, version, "tasks", "hs_task_body"} {}

    /// At most batch_max.
    Task<std::vector<RowOutcome>> create(std::vector<NewTask> tasks);
    /// Somebody has done, or need not do, what they are for.
    Task<std::vector<RowOutcome>> complete(std::vector<std::string> ids);
    /// The marked tasks of these contacts.
    Task<std::expected<FoundMarked, Refused>> find(std::set<std::string> contact_ids,
                                                   std::string label);

  private:
    Client& client_;
    ApiVersion version_;
    Timeline timeline_;
};

/// As `hs_task_*` properties (developers.hubspot.com, tasks guide): type CALL, not started.
Properties task_properties(const FollowUp& follow_up);

}  // namespace ringbridge::hubspot
