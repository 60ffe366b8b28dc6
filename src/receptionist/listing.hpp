// The public interface: calls, page by page, from the platform that the profile describes.
#pragma once

#include "core/call.hpp"
#include "receptionist/call_codec.hpp"
#include "receptionist/field_survey.hpp"
#include "receptionist/mapped_fields.hpp"
#include "receptionist/progress.hpp"
#include "receptionist/session.hpp"

#include <expected>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::receptionist {

struct Page : ReadRecords {
    bool last = true;
    std::string next = {};  ///< the next page's cursor, unless this is the last page
    /// Whether the total that the platform names is what it listed, where that can be said.
    std::optional<bool> total_fits = {};
    bool is_void = false;  ///< it lists nothing, although by its total there are records
};

/// A call and its record, with the detail merged over it.
struct DetailedCall {
    Call call;
    ListedRecord record;
};

class Receptionist {
  public:
    /// An empty `base_url` means the profile's. `agents`: whose calls are read, where they are
    /// listed by agent; none means all.
    Receptionist(std::shared_ptr<const Profile> profile, std::string base_url,
                 Credentials credentials, Http& http, Clock& clock, Log& log,
                 SessionStore& session_store, std::set<std::string> agents = {});
    Receptionist(const Receptionist&) = delete;
    Receptionist& operator=(const Receptionist&) = delete;

    const Profile& profile() const { return profile_; }

    /// Whether there are credentials to ask the platform with; without, calls come by webhook
    /// alone.
    bool can_list() const { return session_.has_credentials(); }

    /// Ensures a usable token, logging in if needed.
    Task<std::expected<void, PlatformError>> open();

    /// Logs in now. `force`: even within an hour after a failed login; without it, that is an error
    /// with a `not_before`.
    Task<std::expected<void, PlatformError>> refresh(bool force);

    /// The login's status; makes no request.
    Task<TokenStatus> token_status();

    /// Reads the window page by page; `cursor` is opaque, empty for the first page. While new calls
    /// arrive, a record may appear on two pages; no earlier record is missed.
    Task<std::expected<Page, PlatformError>> read_page(TimeRange window, std::string cursor,
                                                       Patience patience = Patience::usual);

    /// Whether calls are listed without their details.
    bool has_details() const { return profile_.calls.detail.has_value(); }
    /// What a detail was read for: another version of what was listed, `record`, is read again. It
    /// changes as well when a call made at `made_at` is as old as the profile's `again_after`.
    std::string version_of(const std::string& record, UtcTime made_at) const;
    /// The call with its detail, `record` being what was listed of it.
    Task<std::expected<DetailedCall, PlatformError>> read_detail(
        std::string record, Patience patience = Patience::usual);

    /// What the profile makes of a record that was kept.
    ReadRecords read_again(const std::string& raw) const;
    std::vector<MappedField> fields() const { return mapped_fields(profile_); }

    /// The call as the platform describes it when asked, by the profile's `webhook_detail`, and
    /// nothing of `record`, which only says which call to ask for.
    Task<std::expected<Call, PlatformError>> read_call(std::string record,
                                                       Patience patience = Patience::usual);

    /// Reads the window's first page to check the profile's mapping against its records.
    Task<std::expected<FieldSurvey, PlatformError>> survey(TimeRange window);

    int requests() const { return session_.requests(); }  ///< sent so far, including retries
    const Traffic& traffic() const { return session_.traffic(); }
    /// How far the platform's clock is ahead of ours; 0 if equal or unknown.
    Milliseconds platform_ahead() const { return session_.platform_ahead(); }
    bool knows_time() const { return session_.knows_time(); }
    const TokenState& token_state() const { return session_.state(); }

  private:
    Task<std::expected<ListedPage, PlatformError>> list(TimeRange window, Progress* progress,
                                                        Patience patience);
    Task<std::expected<HttpResponse, PlatformError>> ask(TimeRange window, Progress* progress,
                                                         Patience patience);
    /// The detail of the call that `record` is of, merged over `known`, as JSON.
    Task<std::expected<std::string, PlatformError>> detail_over(std::string known,
                                                                std::string record, Detail detail,
                                                                Patience patience);
    std::expected<Call, PlatformError> call_in(const std::string& detailed,
                                               const Detail& detail) const;
    Task<std::expected<FieldSurvey, PlatformError>> survey_details(std::string body);
    Task<std::expected<void, PlatformError>> list_agents(Patience patience);
    Task<> look_up(std::set<std::string> ids);
    Task<bool> is_stuck(TimeRange window, Progress progress, std::string page, Patience patience);

    const std::shared_ptr<const Profile> shared_profile_;
    const Profile& profile_ = *shared_profile_;
    const std::set<std::string> chosen_agents_;
    std::set<std::string> agents_;  ///< as last listed, or chosen
    LookedUp looked_up_;            ///< what calls name by id
    int page_size_;                 ///< the profile's, or less if its pages were too long
    Log& log_;
    Session session_;
};

}  // namespace ringbridge::receptionist
