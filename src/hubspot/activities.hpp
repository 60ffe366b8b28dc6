// Call activities on a contact's timeline, independent of which HubSpot protocol writes them.
#pragma once

#include "core/activity_text.hpp"
#include "hubspot/api.hpp"
#include "hubspot/client.hpp"
#include "hubspot/records.hpp"
#include "hubspot/timeline.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::hubspot {

struct NewActivity {
    Activity activity;
    ContactId contact_id;
};

struct ActivityPatch {
    ActivityId id;
    Activity activity;
};

/// An id in neither map is gone.
struct ReadTexts {
    std::map<ActivityId, ActivityText> texts;
    std::map<ActivityId, Refused> refused;
};

class Activities {
  public:
    virtual ~Activities() = default;

    /// How many rows may share one outcome: their ledger entries are settled together.
    virtual std::size_t rows_max() const = 0;
    virtual Task<std::vector<RowOutcome>> create(std::vector<NewActivity> activities) = 0;
    virtual Task<std::vector<RowOutcome>> update(std::vector<ActivityPatch> patches) = 0;
    /// Their current texts. Refused as a whole if the token may not read activities.
    virtual Task<std::expected<ReadTexts, Refused>> read(std::vector<ActivityId> ids) = 0;
    /// Moves it to the recycle bin; succeeds if it is already gone.
    virtual Task<RowOutcome> remove(ActivityId id) = 0;
    /// Adds the activity to this contact too. Like dissociate(), idempotent.
    virtual Task<RowOutcome> associate(ActivityId id, ContactId contact_id) = 0;
    /// Removes it from this contact; succeeds if it is not there.
    virtual Task<RowOutcome> dissociate(ActivityId id, ContactId contact_id) = 0;
    /// The marked activities on these contacts' timelines, read by association: unlike search, it
    /// does not lag behind writes.
    virtual Task<std::expected<FoundMarked, Refused>> find(std::set<ContactId> contact_ids,
                                                           std::string label) = 0;
    /// Those of the whole account, read in at most `requests_max` requests; nullopt if that is not
    /// enough, or saves no requests.
    virtual Task<std::optional<std::vector<Marked>>> find_anywhere(std::string label,
                                                                   int requests_max) = 0;
};

std::unique_ptr<Activities> open_activities(ActivityApi api, ApiVersion version, Client& client);

/// The outcome of adding an association: its response has no meaningful body.
RowOutcome put_on(ActivityId id, Answer answer);
/// The same for a removed association or activity. A 404 counts as success.
RowOutcome taken_off(ActivityId id, Answer answer);

/// COMPLETED, NO_ANSWER or IN_PROGRESS: the same values in both protocols.
const char* status_of(const Activity& activity);

}  // namespace ringbridge::hubspot
