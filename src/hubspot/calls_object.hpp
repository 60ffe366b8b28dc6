// The calls object: dated versions and v3. A hundred activities a request.
#pragma once

#include "hubspot/activities.hpp"

namespace ringbridge::hubspot {

class CallsObject final : public Activities {
  public:
    CallsObject(Door& door, ApiVersion version) : door_{door}, version_{version} {}

    std::size_t rows_max() const override { return batch_max; }
    Task<std::vector<RowOutcome>> create(std::vector<NewActivity> activities) override;
    Task<std::vector<RowOutcome>> update(std::vector<ActivityPatch> patches) override;
    Task<std::expected<std::vector<MarkedActivity>, Refused>> find(
        std::set<std::string> contact_ids, std::string label) override;

  private:
    Task<std::expected<std::set<std::string>, Refused>> associated_calls(
        std::set<std::string> contact_ids);

    Task<std::expected<std::set<std::string>, Refused>> calls_of(std::string contact_id);

    Door& door_;
    ApiVersion version_;
};

/// The activity as `hs_call_*` properties (developers.hubspot.com, calls guide): duration in
/// milliseconds, time in UTC, status COMPLETED, direction INBOUND.
Properties call_properties(const Activity& activity);
/// The same for one that is there: a recording that is no longer told is taken away.
Properties call_patch(const Activity& activity);

/// Which calls each contact has, of an associations batch read; and, for contacts with more than
/// one page of them, where the next one starts.
struct AssociatedCalls {
    std::set<std::string> call_ids;
    std::vector<std::pair<std::string, std::string>> next_pages;  ///< contact id, cursor
};
std::string encode_association_read(
    const std::vector<std::pair<std::string, std::string>>& contacts_and_cursors);
AssociatedCalls decode_association_read(const std::string& body);

/// The calls in a single contact that was read with `associations=calls`.
std::set<std::string> decode_embedded_calls(const std::string& body);

}  // namespace ringbridge::hubspot
