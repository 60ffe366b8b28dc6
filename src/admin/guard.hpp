// Who may call the admin API.
#pragma once

#include "core/secret.hpp"
#include "ports/http.hpp"

#include <optional>

namespace ringbridge::admin {

/// The answer that turns a request away; nothing where it may pass.
///
/// With a token: only who bears it. Without one: only who sits on this machine and was not passed
/// on by a proxy, whose loopback address would prove nothing. Either way no other site's page may
/// change anything through a visitor's browser.
std::optional<HttpResponse> turn_away(const InboundRequest& request, const Secret& admin_token);

}  // namespace ringbridge::admin
