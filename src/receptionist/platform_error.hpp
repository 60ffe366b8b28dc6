// Why the platform could not be read: what was the matter, and so whose move is next.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringbridge::receptionist {

/// Each asks something else of the operator.
enum class Cause {
    wrong_password,  ///< the platform refused e-mail and password
    token_refused,   ///< the token ran out or was refused, and there is no login to get another
    bot_wall,        ///< the site keeps programs out
    endpoint_moved,  ///< the site is not where, or not as, the profile says
    outage,          ///< down, in maintenance, out of reach, or too busy: it passes by itself
};

enum class NextMove {
    fix_credentials,  ///< set another password or token
    paste_token,      ///< log in with a browser and hand over its token
    try_later,        ///< nothing: the next run tries again
    fix_profile,      ///< bring the profile up to date with the site
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
    std::optional<UtcTime> not_before{};  ///< the platform was not asked: let alone until then
    /// The platform answers, and perhaps only to this not: a window of other calls may be readable.
    bool perhaps_only_here = false;
    bool too_long = false;  ///< the answer, for us to take: a smaller page may be readable

    NextMove move() const { return move_after(cause); }
    bool operator==(const PlatformError&) const = default;
};

/// `wrong_password`: as logs, answers and kept states have it.
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
