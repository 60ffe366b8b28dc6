// What a session knows about its token; it must survive a restart.
#pragma once

#include "core/secret.hpp"
#include "receptionist/platform_error.hpp"
#include "receptionist/profile.hpp"

#include <map>
#include <optional>
#include <string>

namespace ringbridge::receptionist {

struct TokenState {
    Secret token;                            ///< known to differ from login to login, too
    std::map<std::string, Secret> values{};  ///< the others that the login captured, by name
    Secret cookies{};                        ///< of the session: see encode_cookies()
    std::optional<UtcTime> expires_at;       ///< nullopt: unknown, used until it is refused
    std::optional<UtcTime> issued_at;
    bool refused = false;                         ///< by the platform, since it last accepted it
    std::optional<UtcTime> failed_at;             ///< of the last login, if it failed
    std::optional<UtcTime> unhelpful_login_at{};  ///< of a login that worked but did not help
    std::optional<Cause> cause;                   ///< of the last error; nullopt after a success
    std::string last_error;                       ///< a sentence, without any secret

    /// The settings that this state belongs to, as fingerprints: see SessionStore.
    struct Marks {
        std::string account;   ///< site and e-mail: if changed, the state is discarded
        std::string password;  ///< if changed, a login may be tried at once
        std::string pasted;    ///< RECEPTIONIST_TOKEN; if changed, it replaces the token
        bool operator==(const Marks&) const = default;
    };
    Marks marks;

    bool operator==(const TokenState&) const = default;
};

/// When a token is due for renewal: `refresh_before` its expiry, or after two thirds of its life if
/// that is later (so that a one-day token is not renewed constantly).
std::optional<UtcTime> refresh_due_at(const Profile& profile, const TokenState& state);

/// The end of the one-hour cooldown after a failed login; nullopt if a login may be tried now.
std::optional<UtcTime> cooldown_until(const TokenState& state, UtcTime now);

/// An hour after `failed_at`; nullopt once that has passed.
std::optional<UtcTime> pause_after(std::optional<UtcTime> failed_at, UtcTime now);

/// The state as text, and back; nullopt if the text is invalid.
std::string encode_state(const TokenState& state);
std::optional<TokenState> decode_state(const std::string& text);

}  // namespace ringbridge::receptionist
