// The room's face: calls, page by page, from whichever platform the profile describes.
#pragma once

#include "core/call.hpp"
#include "receptionist/call_codec.hpp"
#include "receptionist/field_survey.hpp"
#include "receptionist/progress.hpp"
#include "receptionist/session.hpp"

#include <expected>
#include <string>
#include <vector>

namespace ringbridge::receptionist {

struct Page {
    std::vector<Call> calls;
    std::vector<UnreadableRecord> unreadable;
    bool last = true;
    std::string next;  ///< the cursor to read on with, unless this is the last page
};

class Receptionist {
  public:
    /// `base_url` empty: the profile's.
    Receptionist(Profile profile, std::string base_url, Credentials credentials, Http& http,
                 Clock& clock, Log& log, SessionStore& session_store);
    Receptionist(const Receptionist&) = delete;
    Receptionist& operator=(const Receptionist&) = delete;

    const Profile& profile() const { return profile_; }

    /// A usable token is at hand, logging in if needed.
    Task<std::expected<void, PlatformError>> open();

    /// Logs in now. `force`: also within the hour after a failed login, when it is a trouble with
    /// a `not_before` otherwise.
    Task<std::expected<void, PlatformError>> refresh(bool force);

    /// How the login stands; asks nobody outside.
    Task<TokenStatus> token_status();

    /// Reads the window page by page; `cursor` is opaque, empty for the first page. While new
    /// calls arrive, a record may come on two pages; none is left out that was there before.
    Task<std::expected<Page, PlatformError>> read_page(TimeRange window, std::string cursor,
                                                       Patience patience = Patience::usual);

    /// Reads the window's first page to see how the profile's mapping fits its records.
    Task<std::expected<FieldSurvey, PlatformError>> survey(TimeRange window);

    int requests() const { return session_.requests(); }  ///< sent so far, repeats included
    const Traffic& traffic() const { return session_.traffic(); }
    /// By how much the platform's clock is ahead of ours; 0: the same, or not known.
    Milliseconds platform_ahead() const { return session_.platform_ahead(); }
    const TokenState& token_state() const { return session_.state(); }

  private:
    Task<std::expected<ListedPage, PlatformError>> list(TimeRange window, Progress* progress,
                                                        Patience patience);
    Task<std::expected<HttpResponse, PlatformError>> ask(TimeRange window, Progress* progress,
                                                         Patience patience);
    Task<bool> is_stuck(TimeRange window, Progress progress, std::string page, Patience patience);

    const Profile profile_;
    int page_size_;  ///< the profile's, or less where its pages were too long
    Session session_;
};

}  // namespace ringbridge::receptionist
