// Who may call the admin API.
#pragma once

#include "core/secret.hpp"
#include "ports/http.hpp"

#include <optional>
#include <string_view>

namespace ringbridge::admin {

/// The answer that turns a request away; nothing where it may pass.
///
/// With a token: only who bears it, or signed in with it (see Sessions). Without one: only who sits
/// on this machine and was not passed on by a proxy, whose loopback address would prove nothing.
/// Either way no other site's page may change anything through a visitor's browser.
std::optional<HttpResponse> turn_away(const InboundRequest& request, const Secret& admin_token,
                                      bool signed_in = false);

/// The same for what needs no token.
std::optional<HttpResponse> turn_away_other_sites(const HttpRequest& request);

/// In a time that does not depend on where they differ.
bool same_secret(std::string_view given, std::string_view wanted);

}  // namespace ringbridge::admin
