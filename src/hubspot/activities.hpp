// Call activities on a contact's timeline, whichever of HubSpot's two protocols writes them.
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

enum class ActivityApi { calls, engagements_v1 };

/// `calls`, `engagements-v1`: as the setting has it.
std::string to_string(ActivityApi api);

struct NewActivity {
    Activity activity;
    std::string contact_id;
};

struct ActivityPatch {
    std::string id;
    Activity activity;
};

/// By the activity's id. What is in neither is gone.
struct ReadTexts {
    std::map<std::string, ActivityText> texts;
    std::map<std::string, Refused> refused;
};

class Activities {
  public:
    virtual ~Activities() = default;

    /// How many writes may share a fate: rows whose ledger entry is settled together.
    virtual std::size_t rows_max() const = 0;
    virtual Task<std::vector<RowOutcome>> create(std::vector<NewActivity> activities) = 0;
    virtual Task<std::vector<RowOutcome>> update(std::vector<ActivityPatch> patches) = 0;
    /// What stands in them now. Refused as a whole where the token may not read them.
    virtual Task<std::expected<ReadTexts, Refused>> read(std::vector<std::string> ids) = 0;
    /// Into the recycle bin; done as well where there is nothing to remove.
    virtual Task<RowOutcome> remove(std::string id) = 0;
    /// Puts the activity on this contact as well. Neither this nor the next does harm when
    /// repeated.
    virtual Task<RowOutcome> associate(std::string id, std::string contact_id) = 0;
    /// Takes it off this one; done as well where there is nothing to take off.
    virtual Task<RowOutcome> dissociate(std::string id, std::string contact_id) = 0;
    /// The marked activities on these contacts' timelines, read by association: unlike search, it
    /// does not lag behind writes.
    virtual Task<std::expected<FoundMarked, Refused>> find(std::set<std::string> contact_ids,
                                                           std::string label) = 0;
    /// Those of the whole account, read in at most so many requests; nothing where that is not
    /// enough, or saves nothing.
    virtual Task<std::optional<std::vector<Marked>>> find_anywhere(std::string label,
                                                                   int requests_max) = 0;
};

std::unique_ptr<Activities> open_activities(ActivityApi api, ApiVersion version, Client& client);

/// What became of an activity whose associations were to be changed: their answers have no body
/// that counts.
RowOutcome put_on(std::string id, Answer answer);
/// The same for what was to be taken off, or removed. 404: it is gone.
RowOutcome taken_off(std::string id, Answer answer);

/// COMPLETED, NO_ANSWER or IN_PROGRESS: the same words in both protocols.
const char* status_of(const Activity& activity);

}  // namespace ringbridge::hubspot
