#include "bridge/crm.hpp"

#include "core/stop.hpp"
#include "hubspot/activity_fallback.hpp"

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds capability_life = 24h;
const std::string capability_key = "hubspot_capability";

}  // namespace

OpenCrm::OpenCrm(Crm& crm, hubspot::Capability capability)
    : crm_{crm},
      capability_{std::move(capability)},
      contacts_{std::make_unique<hubspot::Contacts>(crm.client_, capability_.version,
                                                    stamp_properties(crm.mapping_))},
      activities_{
          hubspot::open_activities(capability_.activities, capability_.version, crm.client_)},
      tasks_{std::make_unique<hubspot::Tasks>(crm.client_, capability_.version)} {}

Task<bool> OpenCrm::close_activities(hubspot::Refused refused) {
    const bool on_calls = capability_.activities == ActivityApi::calls;
    hubspot::Account account{crm_.client_};
    const bool closed =
        on_calls ? co_await hubspot::is_calls_closed(&account, capability_.version, refused)
                 : hubspot::is_missing_scope(refused);
    if (!closed) co_return false;
    if (!on_calls || crm_.options_.wish.activities) {
        throw CredentialsRefused{"HubSpot refused to write a Call activity: " + refused.message +
                                 ". Give the token the scope crm.objects.contacts.write, or set "
                                 "HUBSPOT_ACTIVITY_API=auto"};
    }
    capability_.activities = ActivityApi::engagements_v1;
    capability_.why = "writing the calls object was refused: " + refused.message;
    activities_ =
        hubspot::open_activities(capability_.activities, capability_.version, crm_.client_);
    co_await crm_.remember(capability_);
    co_return true;
}

UtcTime OpenCrm::now() const { return crm_.client_.now(); }

bool OpenCrm::daily_reserve_reached() const { return crm_.client_.daily_reserve_reached(); }

Crm::Crm(CrmOptions options, const Mapping& mapping, hubspot::Client& client,
         ledger::Ledger& ledger, Clock& clock, Log& log)
    : options_{std::move(options)},
      mapping_{mapping},
      client_{client},
      ledger_{ledger},
      clock_{clock},
      log_{log} {}

Task<OpenCrm> Crm::open() {
    auto capability = co_await remembered();
    if (!capability) {
        hubspot::Account account{client_};
        capability = co_await account.probe(options_.wish);
        co_await remember(*capability);
    }
    if (!portal_known_) co_await guard_portal(capability->version);
    co_return OpenCrm{*this, std::move(*capability)};
}

// Three lines: when it was probed, for which token and settings, and the result.
Task<std::optional<hubspot::Capability>> Crm::remembered() {
    const auto text = co_await ledger_.recall(capability_key);
    if (!text) co_return std::nullopt;
    const auto first = text->find('\n');
    const auto second = text->find('\n', first + 1);
    if (second == std::string::npos) co_return std::nullopt;
    const auto found_at = parse_utc(text->substr(0, first));
    const bool same = text->substr(first + 1, second - first - 1) == options_.fingerprint;
    if (!same || !found_at || !is_fresh(*found_at)) co_return std::nullopt;
    co_return hubspot::decode_capability(text->substr(second + 1));
}

bool Crm::is_fresh(UtcTime found_at) const {
    const auto age = clock_.now() - found_at;
    return age >= 0ms && age < capability_life;
}

Task<> Crm::remember(hubspot::Capability capability) {
    co_await ledger_.remember(capability_key, format_utc(clock_.now()) + '\n' +
                                                  options_.fingerprint + '\n' +
                                                  hubspot::encode_capability(capability));
    log_.info("hubspot_opened", {{"version", to_string(capability.version)},
                                 {"activities", to_string(capability.activities)},
                                 {"why", capability.why}});
}

Task<hubspot::Capability> Crm::look(Milliseconds patience) {
    if (auto known = co_await remembered()) co_return std::move(*known);
    hubspot::Account account{client_, patience};
    co_return co_await account.probe(options_.wish);
}

Task<> Crm::guard_portal(ApiVersion version) {
    if (!options_.portal_id.empty()) {
        hubspot::Account account{client_};
        const auto portal = co_await account.portal_id(version);
        if (portal != options_.portal_id) {
            throw CredentialsRefused{"HUBSPOT_TOKEN belongs to portal " + portal +
                                     ", but HUBSPOT_PORTAL_ID allows only " + options_.portal_id +
                                     "; nothing was written"};
        }
    }
    portal_known_ = true;
}

}  // namespace ringbridge::bridge
