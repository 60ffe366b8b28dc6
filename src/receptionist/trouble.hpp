// Why the platform could not be read, named by what has to happen next.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge::receptionist {

enum class NextMove {
    fix_credentials,  ///< the password or the token was refused
    try_later,        ///< an outage, a maintenance page, too many requests: it passes by itself
    fix_profile,      ///< the site is not as the profile says, or it keeps programs out
};

struct Trouble {
    NextMove move = NextMove::try_later;
    std::string why;  ///< a sentence with what to do next; no secret, nothing of the answer's body
    bool operator==(const Trouble&) const = default;
};

inline std::string_view name_of(NextMove move) {
    switch (move) {
        case NextMove::fix_credentials:
            return "fix_credentials";
        case NextMove::try_later:
            return "try_later";
        case NextMove::fix_profile:
            return "fix_profile";
    }
    return "";
}

}  // namespace ringbridge::receptionist
