// The calls object: dated versions and v3. Up to 100 activities per request.
#pragma once

#include "hubspot/activities.hpp"

namespace ringbridge::hubspot {

class CallsObject final : public Activities {
  public:
    CallsObject(Client& client, ApiVersion version)
        : client_{client}, version_{version}, timeline_{client, version, "calls", "hs_call_body"} {}

    std::size_t rows_max() const override { return batch_max; }
    Task<std::vector<RowOutcome>> create(std::vector<NewActivity> activities) override;
    Task<std::vector<RowOutcome>> update(std::vector<ActivityPatch> patches) override;
    Task<std::expected<ReadTexts, Refused>> read(std::vector<ActivityId> ids) override;
    Task<RowOutcome> remove(ActivityId id) override;
    Task<RowOutcome> associate(ActivityId id, ContactId contact_id) override;
    Task<RowOutcome> dissociate(ActivityId id, ContactId contact_id) override;
    Task<std::expected<FoundMarked, Refused>> find(std::set<ContactId> contact_ids,
                                                   std::string label) override;
    /// Always nullopt: reading 100 contacts per request is cheaper than all calls of an account.
    Task<std::optional<std::vector<Marked>>> find_anywhere(std::string label,
                                                           int requests_max) override;

  private:
    Client& client_;
    ApiVersion version_;
    Timeline timeline_;
};

/// The activity as `hs_call_*` properties (developers.hubspot.com, calls guide): duration in
/// milliseconds, time in UTC, direction INBOUND.
Properties call_properties(const Activity& activity);
/// The same for an existing activity: a recording that is gone is cleared.
Properties call_patch(const Activity& activity);

}  // namespace ringbridge::hubspot
