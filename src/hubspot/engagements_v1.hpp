// The v1 engagements API, for tokens that may not write the calls object. One activity per request.
//
// A creation returns 200 and integer ids; a read of a deleted engagement returns an empty 200. No
// batches, no call direction. It has no documented sunset of its own but goes unsupported with v1
// to v3 in September 2027 (developers.hubspot.com, legacy engagements reference and changelog).
#pragma once

#include "hubspot/activities.hpp"

namespace ringbridge::hubspot {

class EngagementsV1 final : public Activities {
  public:
    explicit EngagementsV1(Client& client) : client_{client} {}

    // Few rows per batch: a crash in between leaves few in doubt, and new calls do not wait long.
    std::size_t rows_max() const override { return 5; }
    Task<std::vector<RowOutcome>> create(std::vector<NewActivity> activities) override;
    Task<std::vector<RowOutcome>> update(std::vector<ActivityPatch> patches) override;
    Task<std::expected<ReadTexts, Refused>> read(std::vector<ActivityId> ids) override;
    Task<RowOutcome> remove(ActivityId id) override;
    Task<RowOutcome> associate(ActivityId id, ContactId contact_id) override;
    Task<RowOutcome> dissociate(ActivityId id, ContactId contact_id) override;
    Task<std::expected<FoundMarked, Refused>> find(std::set<ContactId> contact_ids,
                                                   std::string label) override;
    Task<std::optional<std::vector<Marked>>> find_anywhere(std::string label,
                                                           int requests_max) override;

  private:
    Client& client_;
};

std::string encode_engagement(const NewActivity& activity);
/// No associations: a PATCH keeps what it does not name.
std::string encode_engagement_patch(const Activity& activity);
/// The new engagement's id; empty if the body confirms none.
std::string decode_engagement_id(const std::string& body);

/// nullopt if the engagement is gone. Throws OutOfReach if the body is not JSON.
std::optional<ActivityText> decode_engagement_text(const std::string& body);

struct EngagementPage {
    std::vector<Marked> marked;
    std::string next_offset;  ///< empty on the last page
};
EngagementPage decode_engagement_page(const std::string& body, const std::string& label);

}  // namespace ringbridge::hubspot
