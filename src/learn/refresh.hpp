// How a session is renewed without the password: by the recorded request for it, or, where the
// login is OAuth's (RFC 6749), by the one that section 6 of it describes.
#pragma once

#include "learn/login.hpp"
#include "learn/steps.hpp"

#include <optional>

namespace ringbridge::learn {

/// `token`: where the session's token was answered.
std::optional<StepText> learn_refresh(const Recording& recording, const Provenance& provenance,
                                      Steps& steps, const Origin& token, Notes& notes);

/// The same where a cookie of the login takes the place of the refresh token.
std::optional<StepText> learn_refresh_by_cookie(const Recording& recording,
                                                const Provenance& provenance, const Steps& steps,
                                                const Origin& token, Notes& notes);

}  // namespace ringbridge::learn
