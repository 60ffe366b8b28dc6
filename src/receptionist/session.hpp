// Being logged in: gets a token, renews it in time, and sends requests with it.
#pragma once

#include "core/secret.hpp"
#include "receptionist/exchange.hpp"

#include <expected>
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

/// What must outlive a restart. All that is here was learned from the platform.
struct TokenState {
    Secret token;
    std::optional<UtcTime> expires_at;  ///< nothing: unknown, used until it is refused
    std::optional<UtcTime> issued_at;
    std::optional<UtcTime> failed_at;  ///< of the last refresh, if it failed
    NextMove failed_move = NextMove::try_later;
    std::string last_error;  ///< a sentence, without any secret; empty after a success
};

/// When a token is to be renewed: `refresh_before` its end, or at two thirds of its life if that
/// is later (so that a token of one day is not renewed all the time).
std::optional<UtcTime> refresh_due_at(const Profile& profile, const TokenState& state);

/// Until when no login is tried after a failed one (one hour); nothing if one may be tried now.
std::optional<UtcTime> cooldown_until(const TokenState& state, UtcTime now);

class Session {
  public:
    Session(const Profile& profile, std::string base_url, Credentials credentials, Http& http,
            Clock& clock, Log& log, TokenState state);

    /// A usable token is at hand, logging in if needed. While a token is still good, a refresh
    /// that fails is no trouble.
    Task<std::expected<void, Trouble>> open();

    /// Logs in now, although the token may still be good. `force`: also within the cooldown.
    Task<std::expected<void, Trouble>> refresh(bool force);

    /// A 2xx JSON answer to the profile's request, sent with the token. A refused token is renewed
    /// once.
    Task<std::expected<HttpResponse, Trouble>> send(RequestTemplate request, Values values);

    const TokenState& state() const { return state_; }
    int requests() const { return exchange_.requests(); }
    const Traffic& traffic() const { return exchange_.traffic(); }

  private:
    Task<std::expected<void, Trouble>> renew(Secret outdated);
    Task<std::expected<Secret, Trouble>> log_in();
    std::expected<void, Trouble> may_log_in() const;
    void take(Secret token);
    void note_failure(const Trouble& trouble);
    bool can_log_in() const;
    bool usable() const;
    bool due() const;
    Question with_token(const RequestTemplate& request, const Values& values) const;

    const Profile& profile_;
    std::string base_url_;
    Credentials credentials_;
    Clock& clock_;
    Log& log_;
    Exchange exchange_;
    TokenState state_;
    bool logging_in_ = false;
};

}  // namespace ringbridge::receptionist
