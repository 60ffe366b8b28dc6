// The probe's HubSpot checks: is it reachable, is the token valid, whose is it, what may it do.
#include "bridge/probe.hpp"
#include "core/stop.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace ringbridge::bridge {
namespace {

using enum CheckStatus;

constexpr std::array needed_scopes{"crm.objects.contacts.read", "crm.objects.contacts.write"};
constexpr std::array helpful_scopes{"crm.schemas.contacts.read", "crm.schemas.contacts.write"};
constexpr const char* give_scopes =
    "In HubSpot open the token's settings (Development → Keys → Service keys) and give it: ";
constexpr const char* probe_again = "Probe again in a minute; see status.hubspot.com.";

/// What ends a run, as a value.
struct Stopped {
    Ending ending = Ending::out_of_reach;
    std::string why;
};

template <class T>
Task<std::expected<T, Stopped>> hold(Task<T> work) {
    try {
        co_return co_await std::move(work);
    } catch (const CredentialsRefused& refused) {
        co_return std::unexpected{Stopped{Ending::credentials_refused, refused.what()}};
    } catch (const OutOfReach& away) {
        co_return std::unexpected{Stopped{Ending::out_of_reach, away.what()}};
    }
}

template <std::size_t count>
std::vector<std::string> lacking(const std::vector<std::string>& scopes,
                                 const std::array<const char*, count>& wanted) {
    std::vector<std::string> missing;
    for (const char* scope : wanted) {
        if (std::ranges::find(scopes, std::string{scope}) == scopes.end()) missing.push_back(scope);
    }
    return missing;
}

std::string list_of(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
}

constexpr std::array after_reaching{"hubspotAccount",  "hubspotPortal", "hubspotActivities",
                                    "hubspotContacts", "hubspotScopes", "hubspotProperties",
                                    "hubspotQuota"};

}  // namespace

Task<> Prober::look_at_hubspot() {
    if (!co_await reach_hubspot()) {
        for (const auto* name : after_reaching) {
            add(name, skipped, "HubSpot does not accept this token",
                "Fix hubspotReachable and hubspotToken first.");
        }
        co_return;
    }
    report_portal();
    co_await look_at_activities();
    co_await look_at_contacts();
    co_await look_at_scopes();
    co_await look_at_properties();
    report_quota();
}

// Asks first whose token it is: the answer also shows whether HubSpot is reachable and accepts the
// token.
Task<bool> Prober::reach_hubspot() {
    const auto version = crm_.options().wish.version.value_or(api_versions.front().value);
    auto details = co_await hold(account_.details(version));
    if (!details && details.error().ending == Ending::out_of_reach) {
        add("hubspotReachable", failed, details.error().why,
            "Check this machine's network and HUBSPOT_BASE_URL. If both are right, wait: "
            "status.hubspot.com shows outages.",
            Ending::out_of_reach);
        add("hubspotToken", skipped, "HubSpot was not reached", "Fix hubspotReachable first.");
        co_return false;
    }
    add("hubspotReachable", ok, "HubSpot answers");
    if (!details) {
        add("hubspotToken", failed, "HubSpot does not accept this token", details.error().why,
            Ending::credentials_refused);
        co_return false;
    }
    add("hubspotToken", ok, "HubSpot accepts the token");
    if (*details) {
        probe_.hubspot.account = std::move(**details);
        const auto& [portal, type, domain] = *probe_.hubspot.account;
        add("hubspotAccount", ok,
            fmt::format("portal {}, account type {}, {}", portal, type, domain));
        co_return true;
    }
    const bool guarded = !crm_.options().portal_id.empty();
    add("hubspotAccount", guarded ? failed : warning,
        "HubSpot does not say whose token it is: " + details->error().message,
        guarded ? "Give the token the scope oauth, or unset HUBSPOT_PORTAL_ID."
                : "Give the token the scope oauth; then HUBSPOT_PORTAL_ID can guard the account.",
        guarded ? Ending::credentials_refused : Ending::done);
    co_return true;
}

void Prober::report_portal() {
    const auto& allowed = crm_.options().portal_id;
    if (!probe_.hubspot.account) {
        return add("hubspotPortal", skipped, "the portal is unknown", "Fix hubspotAccount first.");
    }
    const auto& real = probe_.hubspot.account->portal_id;
    if (allowed.empty()) {
        return add("hubspotPortal", warning, "HUBSPOT_PORTAL_ID is not set",
                   "Set HUBSPOT_PORTAL_ID=" + real +
                       " if that is your account: a token of any other is then refused.");
    }
    if (allowed == real) {
        return add("hubspotPortal", ok, "HUBSPOT_PORTAL_ID is this token's portal");
    }
    add("hubspotPortal", failed,
        "the token belongs to portal " + real + ", HUBSPOT_PORTAL_ID allows only " + allowed,
        "Use a token of portal " + allowed + ", or set HUBSPOT_PORTAL_ID=" + real + ".",
        Ending::credentials_refused);
}

Task<> Prober::look_at_activities() {
    auto capability = co_await hold(crm_.look(Milliseconds{0}));
    if (!capability) {
        add("hubspotActivities", failed, capability.error().why, probe_again,
            capability.error().ending);
        co_return;
    }
    probe_.hubspot.capability = *capability;
    add("hubspotActivities", ok,
        fmt::format("{}, API version {}: {}", to_string(capability->activities),
                    to_string(capability->version), capability->why));
}

Task<> Prober::look_at_contacts() {
    const auto capability = probe_.hubspot.capability;
    if (!capability) {
        add("hubspotContacts", skipped, "the API version is unknown",
            "Fix hubspotActivities first.");
        co_return;
    }
    const auto asked = co_await hold(account_.contacts_refusal(capability->version));
    if (!asked) {
        add("hubspotContacts", failed, asked.error().why, probe_again, asked.error().ending);
        co_return;
    }
    const std::optional<hubspot::Refused>& refused = *asked;
    if (!refused) {
        add("hubspotContacts", ok, "contacts can be searched");
    } else if (hubspot::is_missing_scope(*refused)) {
        add("hubspotContacts", failed, refused->message,
            give_scopes + fmt::format("{}", fmt::join(needed_scopes, ", ")) + ".",
            Ending::credentials_refused);
    } else {
        add("hubspotContacts", failed, refused->message,
            "Set HUBSPOT_API_VERSION=auto, and check HUBSPOT_BASE_URL.", Ending::out_of_reach);
    }
}

Task<> Prober::look_at_scopes() {
    const auto asked = co_await hold(account_.scopes());
    const std::optional<std::vector<std::string>> scopes = asked ? *asked : std::nullopt;
    if (!scopes) {
        add("hubspotScopes", skipped, "HubSpot does not list this token's scopes",
            "Nothing to do: the other checks show what is refused.");
        co_return;
    }
    probe_.hubspot.scopes = scopes;
    auto missing = lacking(*scopes, needed_scopes);
    const bool fatal = !missing.empty();
    std::ranges::move(lacking(*scopes, helpful_scopes), std::back_inserter(missing));
    if (missing.empty()) {
        add("hubspotScopes", ok, "the token has every required scope");
        co_return;
    }
    add("hubspotScopes", fatal ? failed : warning, "the token lacks " + list_of(missing),
        give_scopes + list_of(missing) + ".", fatal ? Ending::credentials_refused : Ending::done);
}

Task<> Prober::look_at_properties() {
    if (!probe_.hubspot.capability) {
        add("hubspotProperties", skipped, "the API version is unknown",
            "Fix hubspotActivities first.");
        co_return;
    }
    hubspot::PropertyCatalog catalog{client_, probe_.hubspot.capability->version, Milliseconds{0}};
    auto looked = co_await hold(catalog.look(property_definitions(mapping_)));
    if (!looked) {
        add("hubspotProperties", failed, looked.error().why, probe_again, looked.error().ending);
        co_return;
    }
    if (!*looked) {
        add("hubspotProperties", warning, looked->error().message,
            std::string{give_scopes} + "crm.schemas.contacts.read.");
        co_return;
    }
    probe_.hubspot.properties = **looked;
    const auto& [present, missing, conflicting] = **looked;
    if (!conflicting.empty()) {
        add("hubspotProperties", warning, "another type than ours: " + list_of(conflicting),
            "Rename or delete these contact properties in HubSpot; until then they are left out.");
    } else if (!missing.empty()) {
        add("hubspotProperties", warning,
            fmt::format("{} present, {} missing", present.size(), missing.size()),
            "Run ringbridge setup-properties; the first run does it too.");
    } else {
        add("hubspotProperties", ok, fmt::format("all {} are present", present.size()));
    }
}

void Prober::report_quota() {
    probe_.hubspot.quota = client_.quota();
    const auto& [burst_left, burst_limit, daily_left, daily_limit] = probe_.hubspot.quota;
    if (!daily_left || !daily_limit) {
        return add("hubspotQuota", skipped, "HubSpot has not reported the quota", "Nothing to do.");
    }
    const bool scarce = *daily_left < *daily_limit / 10;
    add("hubspotQuota", scarce ? warning : ok,
        fmt::format("{} of {} requests are left today, {} of {} in these ten seconds", *daily_left,
                    *daily_limit, burst_left.value_or(0), burst_limit.value_or(0)),
        scarce ? "Find out which app of this account uses them up, or wait for its midnight."
               : std::string{});
}

}  // namespace ringbridge::bridge
