// What a session knows of its token, and what must outlive a restart.
#pragma once

#include "core/secret.hpp"
#include "receptionist/platform_error.hpp"
#include "receptionist/profile.hpp"

#include <optional>
#include <string>

namespace ringbridge::receptionist {

struct TokenState {
    Secret token;
    std::optional<UtcTime> expires_at;  ///< nothing: unknown, used until it is refused
    std::optional<UtcTime> issued_at;
    bool refused = false;                         ///< by the platform, since it last took it
    std::optional<UtcTime> failed_at;             ///< of the last login, if it failed
    std::optional<UtcTime> unhelpful_login_at{};  ///< of a login that worked and did not help
    std::optional<Cause> cause;  ///< of what went wrong last; nothing after a success
    std::string last_error;      ///< a sentence, without any secret

    /// With which settings all this was learned: fingerprints, see SessionStore.
    struct Marks {
        std::string account;   ///< where and whose: with another, nothing of this holds
        std::string password;  ///< with another, a login may be tried at once
        std::string pasted;    ///< RECEPTIONIST_TOKEN; another one is taken in the token's place
        bool operator==(const Marks&) const = default;
    };
    Marks marks;

    bool operator==(const TokenState&) const = default;
};

/// When a token is to be renewed: `refresh_before` its end, or at two thirds of its life if that
/// is later (so that a token of one day is not renewed all the time).
std::optional<UtcTime> refresh_due_at(const Profile& profile, const TokenState& state);

/// Until when no login is tried after a failed one (one hour); nothing if one may be tried now.
std::optional<UtcTime> cooldown_until(const TokenState& state, UtcTime now);

/// An hour after `failed_at`, until then.
std::optional<UtcTime> pause_after(std::optional<UtcTime> failed_at, UtcTime now);

/// The state as text, and back; nothing where the text is none.
std::string encode_state(const TokenState& state);
std::optional<TokenState> decode_state(const std::string& text);

}  // namespace ringbridge::receptionist
