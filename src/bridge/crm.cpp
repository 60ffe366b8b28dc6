#include "bridge/crm.hpp"

#include "core/stop.hpp"

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds capability_life = 24h;
const std::string capability_key = "hubspot_capability";

}  // namespace

Crm::Crm(CrmOptions options, const Mapping& mapping, hubspot::Door& door, ledger::Ledger& ledger,
         Clock& clock, Log& log)
    : options_{std::move(options)},
      mapping_{mapping},
      door_{door},
      ledger_{ledger},
      clock_{clock},
      log_{log},
      account_{door} {}

Task<> Crm::open() {
    if (!found_at_ || clock_.now() - *found_at_ >= capability_life) {
        if (auto known = co_await remembered()) {
            found_at_ = known->found_at;
            co_await use(std::move(known->capability));
        } else {
            co_await use(co_await account_.probe(options_.wish));
        }
    }
    if (!portal_known_) co_await guard_portal();
}

// Three lines: when it was found out, for which token and settings, and what.
Task<std::optional<Crm::Remembered>> Crm::remembered() {
    const auto text = co_await ledger_.recall(capability_key);
    if (!text) co_return std::nullopt;
    const auto first = text->find('\n');
    const auto second = text->find('\n', first + 1);
    if (second == std::string::npos) co_return std::nullopt;
    const auto found_at = parse_utc(text->substr(0, first));
    const bool same = text->substr(first + 1, second - first - 1) == options_.fingerprint;
    if (!same || !found_at || clock_.now() - *found_at >= capability_life) co_return std::nullopt;
    auto capability = hubspot::decode_capability(text->substr(second + 1));
    if (!capability) co_return std::nullopt;
    co_return Remembered{*found_at, std::move(*capability)};
}

Task<hubspot::Capability> Crm::look(Milliseconds patience) {
    if (auto known = co_await remembered()) co_return std::move(known->capability);
    hubspot::Account account{door_, patience};
    co_return co_await account.probe(options_.wish);
}

Task<> Crm::use(hubspot::Capability capability) {
    const bool fresh = capability != capability_ || !contacts_;
    capability_ = std::move(capability);
    if (fresh) {
        contacts_ = std::make_unique<hubspot::Contacts>(door_, capability_.version,
                                                        stamp_properties(mapping_));
        tasks_ = std::make_unique<hubspot::Tasks>(door_, capability_.version);
        activities_ = hubspot::open_activities(capability_.activities, capability_.version, door_);
    }
    if (!found_at_ || clock_.now() - *found_at_ >= capability_life) found_at_ = clock_.now();
    co_await ledger_.remember(capability_key, format_utc(*found_at_) + '\n' + options_.fingerprint +
                                                  '\n' + hubspot::encode_capability(capability_));
    if (fresh) {
        log_.info("hubspot_opened", {{"version", to_string(capability_.version)},
                                     {"activities", to_string(capability_.activities)},
                                     {"why", capability_.why}});
    }
}

Task<> Crm::guard_portal() {
    if (!options_.portal_id.empty()) {
        const auto portal = co_await account_.portal_id(capability_.version);
        if (portal != options_.portal_id) {
            throw CredentialsRefused{"HUBSPOT_TOKEN belongs to portal " + portal +
                                     ", but HUBSPOT_PORTAL_ID allows only " + options_.portal_id +
                                     "; nothing was written"};
        }
    }
    portal_known_ = true;
}

Task<> Crm::prepare_properties() {
    if (properties_known_) co_return;
    const auto setup = co_await setup_properties();
    properties_known_ = true;
    for (const auto& names : {setup.conflicts, setup.missing}) {
        absent_properties_.insert(names.begin(), names.end());
    }
    for (const auto& name : absent_properties_) {
        log_.warn("property_unusable", {{"property", name}, {"why", setup.refusal}});
    }
}

Task<hubspot::PropertySetup> Crm::setup_properties() {
    hubspot::PropertyCatalog catalog{door_, capability_.version};
    co_return co_await catalog.ensure(mapping_.prefix, mapping_.label,
                                      property_definitions(mapping_));
}

Properties Crm::writable(Properties properties) const {
    std::erase_if(properties,
                  [&](const auto& entry) { return absent_properties_.contains(entry.first); });
    return properties;
}

Task<bool> Crm::close_activities(hubspot::Refused refused) {
    if (!hubspot::is_closed(refused)) co_return false;
    const bool on_calls = capability_.activities == hubspot::ActivityApi::calls;
    // A 404 may mean the contact: the calls object itself is asked.
    if (refused.status != 403 && on_calls &&
        !(co_await account_.calls_refusal(capability_.version))) {
        co_return false;
    }
    if (!on_calls && refused.status != 403) co_return false;
    if (!on_calls || options_.wish.activities) {
        throw CredentialsRefused{"HubSpot refused to write a Call activity: " + refused.message +
                                 ". Give the token the scope crm.objects.contacts.write, or let "
                                 "HUBSPOT_ACTIVITY_API be auto"};
    }
    auto changed = capability_;
    changed.activities = hubspot::ActivityApi::engagements_v1;
    changed.why = "writing the calls object was refused: " + refused.message;
    found_at_ = clock_.now();
    co_await use(std::move(changed));
    co_return true;
}

}  // namespace ringbridge::bridge
