#include "hubspot/account.hpp"

#include "core/stop.hpp"

#include <algorithm>

namespace ringbridge::hubspot {
namespace {

bool is_absent(const Answer& answer) {
    const auto* refused = std::get_if<Refused>(&answer);
    return refused && refused->status == 404;
}

}  // namespace

Task<Capability> Account::probe(Wish wish) {
    Capability capability{.version = wish.version ? *wish.version : co_await newest_version()};
    if (wish.activities) {
        capability.activities = *wish.activities;
        capability.why = "set by HUBSPOT_ACTIVITY_API";
        co_return capability;
    }
    const auto refused = co_await calls_refusal(capability.version);
    if (refused && is_missing_scope(*refused)) {
        capability.activities = ActivityApi::engagements_v1;
        capability.why = "the calls object is closed to this token: " + refused->message;
    } else {
        capability.why = "the calls object is not refused";
    }
    co_return capability;
}

Task<std::optional<Refused>> Account::calls_refusal(ApiVersion version) {
    auto answer = co_await door_.send({"GET", objects_path(version, "calls") + "?limit=1", ""});
    if (auto* refused = std::get_if<Refused>(&answer)) co_return std::move(*refused);
    co_return std::nullopt;
}

Task<ApiVersion> Account::newest_version() {
    for (const auto version : api_versions) {
        const auto answer =
            co_await door_.send({"POST", objects_path(version, "contacts") + "/search",
                                 encode_version_probe(), Effect::read, Pacer::Lane::search});
        if (!is_absent(answer)) co_return version;
    }
    throw OutOfReach{"nothing at HUBSPOT_BASE_URL answers like HubSpot's contacts API"};
}

Task<std::string> Account::portal_id(ApiVersion version) {
    auto answer = co_await door_.send({"GET", account_path(version), ""});
    if (is_absent(answer)) answer = co_await door_.send({"GET", account_path(ApiVersion::v3), ""});
    if (const auto* done = std::get_if<Done>(&answer)) {
        if (auto id = decode_portal_id(done->body); !id.empty()) co_return id;
    }
    throw CredentialsRefused{
        "HUBSPOT_PORTAL_ID is set, but HubSpot does not tell which portal this token belongs to; "
        "give the token the scope oauth, or unset HUBSPOT_PORTAL_ID"};
}

std::optional<ApiVersion> parse_api_version(const std::string& text) {
    const auto found = std::ranges::find_if(
        api_versions, [&](ApiVersion version) { return to_string(version) == text; });
    if (found == api_versions.end()) return std::nullopt;
    return *found;
}

std::optional<ActivityApi> parse_activity_api(const std::string& text) {
    if (text == "calls") return ActivityApi::calls;
    if (text == "engagements-v1") return ActivityApi::engagements_v1;
    return std::nullopt;
}

}  // namespace ringbridge::hubspot
