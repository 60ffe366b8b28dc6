// Who may call the admin API.
#pragma once

#include "core/secret.hpp"
#include "ports/http.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ringbridge::admin {

struct Access {
    Secret token;                              ///< empty: only this machine itself may ask
    std::set<std::string> allowed_hosts = {};  ///< names it may be asked by then, in lower case
};

/// The answer that turns a request away; nothing where it may pass.
///
/// With a token: only who bears it, or signed in with it (see Sessions). Without one: only who sits
/// on this machine, was not passed on by a proxy, whose loopback address would prove nothing, and
/// asks for this machine by name: a page of another site whose name leads here would not.
/// Either way no other site's page may change anything through a visitor's browser.
std::optional<HttpResponse> turn_away(const InboundRequest& request, const Access& access,
                                      bool signed_in = false);

/// The same for what needs no token.
std::optional<HttpResponse> turn_away_other_sites(const HttpRequest& request);

/// In a time that does not depend on where they differ.
bool same_secret(std::string_view given, std::string_view wanted);

}  // namespace ringbridge::admin
