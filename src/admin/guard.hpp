// Who may call the admin API.
#pragma once

#include "core/secret.hpp"
#include "ports/http.hpp"

#include <optional>
#include <set>
#include <string>

namespace ringbridge::admin {

struct Access {
    Secret token;                              ///< empty: only this machine may ask
    std::set<std::string> allowed_hosts = {};  ///< further host names then, in lower case
};

/// The error response to a refused request; nothing if it is allowed.
///
/// With a token: only requests that carry it, or a session signed in with it (see Sessions).
/// Without one: only requests from this machine that no proxy forwarded (its loopback address would
/// prove nothing) and that ask for this machine by name, which a page led here by DNS does not.
/// Either way no other site's page may change anything through a visitor's browser.
std::optional<HttpResponse> turn_away(const InboundRequest& request, const Access& access,
                                      bool signed_in = false);

/// The same for routes that need no token.
std::optional<HttpResponse> turn_away_other_sites(const HttpRequest& request);

}  // namespace ringbridge::admin
