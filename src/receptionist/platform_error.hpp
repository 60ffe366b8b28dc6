// Why the platform could not be read, and what the operator has to do.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringbridge::receptionist {

/// Each requires a different action from the operator.
enum class Cause {
    wrong_password,  ///< the platform refused e-mail and password
    token_refused,   ///< the token expired or was refused, and there is no login to get another
    bot_wall,        ///< the site blocks automated clients
    endpoint_moved,  ///< the site has moved, or differs from the profile
    outage,          ///< down, in maintenance, unreachable or too busy: transient
};

enum class NextMove {
    fix_credentials,  ///< set another password or token
    paste_token,      ///< log in with a browser and set its token
    try_later,        ///< nothing: the next run tries again
    fix_profile,      ///< update the profile to match the site
};

constexpr NextMove move_after(Cause cause) {
    switch (cause) {
        case Cause::wrong_password:
        case Cause::token_refused:
            return NextMove::fix_credentials;
        case Cause::bot_wall:
            return NextMove::paste_token;
        case Cause::endpoint_moved:
            return NextMove::fix_profile;
        case Cause::outage:
            break;
    }
    return NextMove::try_later;
}

struct PlatformError {
    Cause cause = Cause::outage;
    std::string why;  ///< a sentence with what to do next; no secret, nothing of the answer's body
    std::optional<UtcTime> not_before{};  ///< no request was sent, and none will be until then
    /// The platform may fail for this request only: a window of other calls may be readable.
    bool perhaps_only_here = false;
    bool not_found = false;  ///< what was asked for does not exist there
    bool too_long = false;   ///< the answer exceeds our limit: a smaller page may be readable

    NextMove move() const { return move_after(cause); }
    bool operator==(const PlatformError&) const = default;
};

/// `wrong_password`: the name in logs, API responses and saved states.
constexpr std::string_view name_of(Cause cause) {
    switch (cause) {
        case Cause::wrong_password:
            return "wrong_password";
        case Cause::token_refused:
            return "token_refused";
        case Cause::bot_wall:
            return "bot_wall";
        case Cause::endpoint_moved:
            return "endpoint_moved";
        case Cause::outage:
            return "outage";
    }
    return "";
}

}  // namespace ringbridge::receptionist
