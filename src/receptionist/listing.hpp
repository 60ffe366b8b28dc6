// The public interface: calls, page by page, from the platform that the profile describes.
#pragma once

#include "core/call.hpp"
#include "receptionist/call_codec.hpp"
#include "receptionist/field_survey.hpp"
#include "receptionist/progress.hpp"
#include "receptionist/session.hpp"

#include <expected>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::receptionist {

struct Page {
    std::vector<Call> calls;
    std::vector<std::string> records;  ///< of the calls, if the profile reads their details
    std::vector<UnreadableRecord> unreadable;
    bool last = true;
    std::string next;  ///< the next page's cursor, unless this is the last page
};

class Receptionist {
  public:
    /// An empty `base_url` means the profile's. `agents`: whose calls are read, where they are
    /// listed by agent; none means all.
    Receptionist(Profile profile, std::string base_url, Credentials credentials, Http& http,
                 Clock& clock, Log& log, SessionStore& session_store,
                 std::set<std::string> agents = {});
    Receptionist(const Receptionist&) = delete;
    Receptionist& operator=(const Receptionist&) = delete;

    const Profile& profile() const { return profile_; }

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
    /// The call with its detail, `record` being what was listed of it.
    Task<std::expected<Call, PlatformError>> read_detail(std::string record,
                                                         Patience patience = Patience::usual);

    /// Reads the window's first page to check the profile's mapping against its records.
    Task<std::expected<FieldSurvey, PlatformError>> survey(TimeRange window);

    int requests() const { return session_.requests(); }  ///< sent so far, including retries
    const Traffic& traffic() const { return session_.traffic(); }
    /// How far the platform's clock is ahead of ours; 0 if equal or unknown.
    Milliseconds platform_ahead() const { return session_.platform_ahead(); }
    const TokenState& token_state() const { return session_.state(); }

  private:
    Task<std::expected<ListedPage, PlatformError>> list(TimeRange window, Progress* progress,
                                                        Patience patience);
    Task<std::expected<HttpResponse, PlatformError>> ask(TimeRange window, Progress* progress,
                                                         Patience patience);
    /// The record as JSON, its detail merged over it.
    Task<std::expected<std::string, PlatformError>> with_detail(std::string record,
                                                                Patience patience);
    Task<std::expected<FieldSurvey, PlatformError>> survey_details(std::string body);
    Task<std::expected<void, PlatformError>> list_agents(Patience patience);
    Task<bool> is_stuck(TimeRange window, Progress progress, std::string page, Patience patience);

    const Profile profile_;
    const std::set<std::string> chosen_agents_;
    std::set<std::string> agents_;  ///< as last listed, or chosen
    int page_size_;                 ///< the profile's, or less if its pages were too long
    Session session_;
};

}  // namespace ringbridge::receptionist
