// A login session: gets a token, renews it in time, and sends requests with it. Every change is
// saved before it is used, so that restarts cause no extra logins.
#pragma once

#include "core/secret.hpp"
#include "receptionist/login.hpp"
#include "receptionist/session_store.hpp"
#include "receptionist/token_state.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace ringbridge::receptionist {

/// E-mail and password, or a token copied from a browser. With all three, the token is used first,
/// and the login once it has expired. An API key stands in for the token where the profile has it.
struct Credentials {
    std::string email;
    Secret password;
    Secret token;
    Secret api_key = {};

    /// Whether there are none: then the platform can be asked for nothing.
    bool empty() const {
        return (email.empty() || password.empty()) && token.empty() && api_key.empty();
    }
};

/// A session's status, for display.
struct TokenStatus {
    std::string platform;
    bool can_log_in = false;  ///< otherwise the token is static
    bool usable = false;      ///< there is a token, neither expired nor refused
    bool refresh_due = false;
    std::optional<UtcTime> expires_at;
    std::optional<UtcTime> cooldown_until;    ///< no login is tried before
    std::optional<PlatformError> last_error;  ///< since the last success
    std::optional<PlatformError> blocked;     ///< why no token is usable or obtainable
};

class Session {
  public:
    Session(const Profile& profile, std::string base_url, Credentials credentials, Http& http,
            Clock& clock, Log& log, SessionStore& session_store);

    /// Ensures a usable token, logging in if needed. A failed refresh is not an error while the
    /// token is still valid.
    Task<std::expected<void, PlatformError>> open();

    /// Logs in now, even if the token is still valid. `force`: even within the cooldown; without
    /// it, that is an error with a `not_before`.
    Task<std::expected<void, PlatformError>> refresh(bool force);

    /// Sends the profile's request with the token; returns a 2xx JSON answer. A refused token is
    /// renewed once; so is one whose session seems to have ended, unless that did not help within
    /// the last hour.
    Task<std::expected<HttpResponse, PlatformError>> send(RequestTemplate request, Values values,
                                                          FaultIn fault_in = {},
                                                          Patience patience = Patience::usual);

    /// The current status, shared by all processes with the same session store.
    Task<TokenStatus> status();

    bool has_credentials() const { return !credentials_.empty(); }
    const TokenState& state() const { return state_; }
    const std::string& base_url() const { return base_url_; }
    int requests() const { return exchange_.requests(); }
    const Traffic& traffic() const { return exchange_.traffic(); }
    Milliseconds platform_ahead() const { return exchange_.platform_ahead(); }
    bool knows_time() const { return exchange_.knows_time(); }
    UtcTime now() const { return exchange_.now(); }

  private:
    enum class Renewal { due, refused, doubted, forced };
    using Turn = std::shared_ptr<void>;

    Task<> recall();
    Task<> keep(TokenState state);
    TokenState resume(TokenState kept);
    Task<Turn> take_turn();
    Task<std::expected<void, PlatformError>> renew(Secret outdated, Renewal why);
    Task<std::expected<HttpResponse, RequestFailure>> ask(RequestTemplate request, Values values,
                                                          FaultIn fault_in, Patience patience);
    Renewal why_renew(const RequestFailure& failure) const;
    PlatformError unrenewed(const RequestFailure& failure, PlatformError at_login) const;
    Task<std::expected<LoggedIn, PlatformError>> refresh_or_log_in(Renewal why);
    Task<std::expected<LoggedIn, PlatformError>> refresh_login();
    Task<std::expected<LoggedIn, PlatformError>> log_in();
    Values session_values() const;
    std::optional<UtcTime> end_of(const LoggedIn& login) const;
    std::expected<void, PlatformError> may_log_in(Renewal why) const;
    PlatformError no_way_in(const TokenState& state, bool usable) const;
    TokenState state_with(LoggedIn login) const;
    TokenState state_with_pasted() const;
    Task<> note_refusal();
    Task<> note_unhelpful_login(RequestFailure* failure, RequestTemplate request);
    Task<> take_over(Secret token, Secret renewed, Cookies cookies);
    Task<> note_accepted(Secret token);
    Task<> note_failure(TokenState state, PlatformError error);
    std::string account() const;
    bool can_log_in() const;
    bool usable() const;
    bool due() const;
    PlatformRequest with_session(const RequestTemplate& request, const Values& values,
                                 Cookies* cookies) const;

    const Profile& profile_;
    std::string base_url_;
    Credentials credentials_;
    Clock& clock_;
    Log& log_;
    SessionStore& session_store_;
    Exchange exchange_;
    TokenState state_;
    std::uint64_t changes_ = 0;  ///< number of changes to `state_` by this process
    std::weak_ptr<void> turn_;
};

}  // namespace ringbridge::receptionist
