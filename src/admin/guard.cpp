#include "admin/guard.hpp"

#include "admin/views.hpp"
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

// Without a token being on this machine is all that is asked for, and a browser on it that was led
// here by a name of another site's (DNS rebinding) is on it too. Only the name gives it away.
bool is_asked_by_our_name(const Headers& headers, const std::set<std::string>& allowed) {
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
                              "ADMIN_TOKEN is not set, so this answers only to this machine "
                              "itself; set ADMIN_TOKEN to call from elsewhere");
    }
    if (is_asked_by_our_name(headers, allowed_hosts)) return std::nullopt;
    return error_response(403, "unknown_host",
                          "ADMIN_TOKEN is not set, so this answers only where it is asked for as "
                          "localhost, 127.0.0.1 or [::1]; set ADMIN_TOKEN, or put the name it is "
                          "asked for by into ALLOWED_HOSTS");
}

}  // namespace

bool same_secret(std::string_view given, std::string_view wanted) {
    unsigned differences = given.size() == wanted.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const char other = wanted.empty() ? '\0' : wanted[i % wanted.size()];
        differences |= static_cast<unsigned char>(given[i] ^ other);
    }
    return differences == 0;
}

std::optional<HttpResponse> turn_away_other_sites(const HttpRequest& request) {
    if (!changes_something(request.method) || !is_cross_site(request)) return std::nullopt;
    return error_response(403, "cross_site",
                          "a page of another site may not do this; call from the bridge's own "
                          "address, or without a browser");
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
