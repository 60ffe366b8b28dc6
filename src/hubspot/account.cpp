#include "hubspot/account.hpp"

#include "core/stop.hpp"
#include "hubspot/activity_fallback.hpp"

#include <algorithm>

namespace ringbridge::hubspot {
namespace {

bool is_absent(const Answer& answer) {
    const auto* refused = std::get_if<Refused>(&answer);
    return refused && refused->status == 404;
}

std::optional<Refused> refusal_in(const Answer& answer) {
    const auto* refused = std::get_if<Refused>(&answer);
    return refused ? std::optional{*refused} : std::nullopt;
}

}  // namespace

Task<Capability> Account::probe(Wish wish) {
    Capability capability{.version = wish.version ? *wish.version : co_await newest_version()};
    if (wish.activities) {
        capability.activities = *wish.activities;
        capability.why = "set by HUBSPOT_ACTIVITY_API";
        co_return capability;
    }
    auto [api, why] = co_await choose_activity_api(this, capability.version);
    capability.activities = api;
    capability.why = std::move(why);
    co_return capability;
}

Task<std::optional<Refused>> Account::calls_refusal(ApiVersion version) {
    co_return refusal_in(co_await read(objects_path(version, "calls") + "?limit=1"));
}

Task<std::optional<Refused>> Account::contacts_refusal(ApiVersion version) {
    co_return refusal_in(co_await search_contacts(version));
}

Task<ApiVersion> Account::newest_version() {
    for (const auto& known : api_versions) {
        if (!is_absent(co_await search_contacts(known.value))) co_return known.value;
    }
    throw OutOfReach{"nothing at HUBSPOT_BASE_URL answers like HubSpot's contacts API"};
}

Task<std::string> Account::portal_id(ApiVersion version) {
    const auto found = co_await details(version);
    if (found && !found->portal_id.empty()) co_return found->portal_id;
    throw CredentialsRefused{
        "HUBSPOT_PORTAL_ID is set, but HubSpot does not say which portal this token belongs to; "
        "grant the token the scope oauth, or unset HUBSPOT_PORTAL_ID"};
}

Task<std::expected<AccountDetails, Refused>> Account::details(ApiVersion version) {
    auto answer = co_await read(account_path(version));
    if (is_absent(answer)) answer = co_await read(account_path(ApiVersion::v3));
    if (auto refused = refusal_in(answer)) co_return std::unexpected{std::move(*refused)};
    co_return decode_account(std::get<Done>(answer).body);
}

Task<std::optional<std::vector<std::string>>> Account::scopes() {
    const auto answer =
        co_await client_.send({.method = "POST",
                               .path = "/oauth/v2/private-apps/get/access-token-info",
                               .body = encode_token_request(client_.token()),
                               .patience = patience_});
    const auto* done = std::get_if<Done>(&answer);
    if (done == nullptr) co_return std::nullopt;
    co_return decode_scopes(done->body);
}

Task<Answer> Account::read(std::string path) {
    co_return co_await client_.send(
        {.method = "GET", .path = std::move(path), .body = {}, .patience = patience_});
}

Task<Answer> Account::search_contacts(ApiVersion version) {
    co_return co_await client_.send({.method = "POST",
                                     .path = objects_path(version, "contacts") + "/search",
                                     .body = encode_version_probe(),
                                     .lane = Pacer::Lane::search,
                                     .patience = patience_});
}

}  // namespace ringbridge::hubspot
