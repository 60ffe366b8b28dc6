// Being logged in: gets a token, renews it in time, and sends requests with it. Whatever changes is
// kept before anybody acts on it, so that a restart logs in no more often than one process would.
#pragma once

#include "core/secret.hpp"
#include "receptionist/exchange.hpp"
#include "receptionist/session_store.hpp"
#include "receptionist/token_state.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace ringbridge::receptionist {

/// E-mail and password, or a token that somebody copied from a browser. With all three, the token
/// is used first and the login when it has run out.
struct Credentials {
    std::string email;
    Secret password;
    Secret token;
};

/// How a session stands, for whoever asks.
struct TokenStatus {
    std::string platform;
    bool can_log_in = false;  ///< else the token is static
    bool usable = false;      ///< a token is at hand that has neither run out nor been refused
    bool refresh_due = false;
    std::optional<UtcTime> expires_at;
    std::optional<UtcTime> cooldown_until;    ///< no login is tried before
    std::optional<PlatformError> last_error;  ///< that no success has followed
    std::optional<PlatformError> blocked;     ///< why there is no usable token and none can be got
};

class Session {
  public:
    Session(const Profile& profile, std::string base_url, Credentials credentials, Http& http,
            Clock& clock, Log& log, SessionStore& session_store);

    /// A usable token is at hand, logging in if needed. While a token is still good, a refresh
    /// that fails is no trouble.
    Task<std::expected<void, PlatformError>> open();

    /// Logs in now, although the token may still be good. `force`: also within the cooldown, which
    /// is a trouble with a `not_before` otherwise.
    Task<std::expected<void, PlatformError>> refresh(bool force);

    /// A 2xx JSON answer to the profile's request, sent with the token. A refused token is renewed
    /// once; so is one whose session may have ended, by the looks of the answer, unless that did
    /// not help within the last hour.
    Task<std::expected<HttpResponse, PlatformError>> send(RequestTemplate request, Values values,
                                                          FaultIn fault_in = {},
                                                          Patience patience = Patience::usual);

    /// As it stands now, for any process that shares what is kept.
    Task<TokenStatus> status();

    const TokenState& state() const { return state_; }
    int requests() const { return exchange_.requests(); }
    const Traffic& traffic() const { return exchange_.traffic(); }
    Milliseconds platform_ahead() const { return exchange_.platform_ahead(); }

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
    Task<std::expected<Secret, PlatformError>> log_in();
    std::expected<void, PlatformError> may_log_in(Renewal why) const;
    TokenState state_with(Secret token) const;
    Task<> note_refusal();
    Task<> note_unhelpful_login(RequestFailure* failure, RequestTemplate request);
    Task<> take_over(Secret token, Secret renewed);
    Task<> note_taken(Secret token);
    Task<> note_failure(TokenState state, PlatformError error);
    std::string account() const;
    bool can_log_in() const;
    bool usable() const;
    bool due() const;
    PlatformRequest with_token(const RequestTemplate& request, const Values& values,
                               Cookies* cookies) const;

    const Profile& profile_;
    std::string base_url_;
    Credentials credentials_;
    Clock& clock_;
    Log& log_;
    SessionStore& session_store_;
    Exchange exchange_;
    TokenState state_;
    std::uint64_t changes_ = 0;  ///< how often this process changed it
    std::weak_ptr<void> turn_;
};

}  // namespace ringbridge::receptionist
