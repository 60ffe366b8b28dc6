#include "admin/guard.hpp"

#include "admin/views.hpp"

#include <algorithm>
#include <array>

namespace ringbridge::admin {
namespace {

constexpr std::array forwarding_headers{"Forwarded",         "X-Forwarded-For", "X-Forwarded-Host",
                                        "X-Forwarded-Proto", "X-Real-IP",       "Via"};

bool has_header(const Headers& headers, std::string_view name) {
    return !header_value(headers, name).empty();
}

bool is_loopback(std::string_view peer) { return peer.starts_with("127.") || peer == "::1"; }

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

std::optional<HttpResponse> turn_away(const InboundRequest& request, const Secret& admin_token,
                                      bool signed_in) {
    const auto& headers = request.http.headers;
    if (auto refusal = turn_away_other_sites(request.http)) return refusal;
    if (!admin_token.empty()) {
        if (signed_in) return std::nullopt;
        const auto given = header_value(headers, "Authorization");
        const std::string wanted = "Bearer " + admin_token.reveal();
        if (same_secret(given, wanted)) return std::nullopt;
        auto response =
            error_response(401, "unauthorized",
                           "send `Authorization: Bearer …` with the ADMIN_TOKEN, or sign in at /");
        response.headers.push_back({"WWW-Authenticate", "Bearer"});
        return response;
    }
    const bool forwarded = std::ranges::any_of(
        forwarding_headers, [&](const char* name) { return has_header(headers, name); });
    if (is_loopback(request.peer) && !forwarded) return std::nullopt;
    return error_response(403, "loopback_only",
                          "ADMIN_TOKEN is not set, so this answers only to this machine itself; "
                          "set ADMIN_TOKEN to call from elsewhere");
}

}  // namespace ringbridge::admin
