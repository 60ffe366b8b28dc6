#include "admin/guard.hpp"

#include "admin/responses.hpp"
#include "core/network.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>

namespace ringbridge::admin {
namespace {

constexpr std::array forwarding_headers{"Forwarded",         "X-Forwarded-For", "X-Forwarded-Host",
                                        "X-Forwarded-Proto", "X-Real-IP",       "Via"};

bool has_header(const Headers& headers, std::string_view name) {
    return !header_value(headers, name).empty();
}

bool changes_something(const std::string& method) {
    return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

bool is_cross_site(const HttpRequest& request) {
    const auto site = header_value(request.headers, "Sec-Fetch-Site");
    if (!site.empty() && site != "same-origin" && site != "none") return true;
    const auto origin = header_value(request.headers, "Origin");
    const auto host = header_value(request.headers, "Host");
    return !origin.empty() && !origin.ends_with("//" + std::string{host});
}

// Without a token, being on this machine is all that is required. A browser here can be led to us
// by another site's name (DNS rebinding): only the Host header gives it away.
bool is_our_host(const Headers& headers, const std::set<std::string>& allowed) {
    const auto host = without_port(header_value(headers, "Host"));
    return is_this_machine(host) || allowed.contains(lower_case(host));
}

HttpResponse ask_for_the_token() {
    auto response =
        error_response(401, "unauthorized",
                       "send `Authorization: Bearer …` with the ADMIN_TOKEN, or sign in at /");
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
}

std::optional<HttpResponse> turn_away_without_token(const InboundRequest& request,
                                                    const std::set<std::string>& allowed_hosts) {
    const auto& headers = request.http.headers;
    const bool forwarded = std::ranges::any_of(
        forwarding_headers, [&](const char* name) { return has_header(headers, name); });
    if (!is_this_machine(request.peer) || forwarded) {
        return error_response(403, "loopback_only",
                              "ADMIN_TOKEN is not set, so only requests from this machine are "
                              "answered; set ADMIN_TOKEN to call from elsewhere");
    }
    if (is_our_host(headers, allowed_hosts)) return std::nullopt;
    return error_response(403, "unknown_host",
                          "ADMIN_TOKEN is not set, so the host must be localhost, 127.0.0.1 or "
                          "[::1]; set ADMIN_TOKEN, or add the host's name to ALLOWED_HOSTS");
}

}  // namespace

std::optional<HttpResponse> turn_away_other_sites(const HttpRequest& request) {
    if (!changes_something(request.method) || !is_cross_site(request)) return std::nullopt;
    return error_response(403, "cross_site",
                          "another site's page may not do this; use the bridge's own address, "
                          "or no browser");
}

std::optional<HttpResponse> turn_away(const InboundRequest& request, const Access& access,
                                      bool signed_in) {
    if (auto refusal = turn_away_other_sites(request.http)) return refusal;
    if (access.token.empty()) return turn_away_without_token(request, access.allowed_hosts);
    const auto given = header_value(request.http.headers, "Authorization");
    if (signed_in || same_secret(given, "Bearer " + access.token.reveal())) return std::nullopt;
    return ask_for_the_token();
}

}  // namespace ringbridge::admin
