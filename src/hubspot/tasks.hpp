// HubSpot tasks to call a caller back. Always the tasks object, whichever protocol writes the
// activities.
#pragma once

#include "hubspot/timeline.hpp"

namespace ringbridge::hubspot {

struct NewTask {
    FollowUp follow_up;
    ContactId contact_id;
};

class Tasks {
  public:
    Tasks(Client& client, ApiVersion version)
        : client_{client}, version_{version}, timeline_{client, version, "tasks", "hs_task_body"} {}

    /// At most batch_max.
    Task<std::vector<RowOutcome>> create(std::vector<NewTask> tasks);
    /// Marks them completed: done, or no longer needed.
    Task<std::vector<RowOutcome>> complete(std::vector<std::string> ids);
    /// The marked tasks of these contacts.
    Task<std::expected<FoundMarked, Refused>> find(std::set<ContactId> contact_ids,
                                                   std::string label);

  private:
    Client& client_;
    ApiVersion version_;
    Timeline timeline_;
};

/// As `hs_task_*` properties (developers.hubspot.com, tasks guide): type CALL, not started.
Properties task_properties(const FollowUp& follow_up);

}  // namespace ringbridge::hubspot
