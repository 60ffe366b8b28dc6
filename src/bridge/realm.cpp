#include "bridge/realm.hpp"

#include "core/stop.hpp"

namespace ringbridge::bridge {
namespace {

Task<> fill_in(Realm* realm, Crm* crm, hubspot::Door* door) {
    const auto capability = co_await crm->look(Milliseconds{0});
    realm->version = to_string(capability.version);
    realm->activities = to_string(capability.activities);
    hubspot::Account account{*door, Milliseconds{0}};
    const auto details = co_await account.details(capability.version);
    if (details) {
        realm->portal = details->portal_id;
        realm->account_type = details->account_type;
        realm->ui_domain = details->ui_domain;
    } else {
        realm->trouble = "HubSpot does not tell whose token it is: " + details.error().message;
    }
}

}  // namespace

Task<Realm> look_at_realm(Crm* crm, hubspot::Door* door) {
    Realm realm;
    try {
        co_await fill_in(&realm, crm, door);
    } catch (const CredentialsRefused& refused) {
        realm.trouble = refused.what();
    } catch (const OutOfReach& away) {
        realm.trouble = away.what();
    }
    co_return realm;
}

}  // namespace ringbridge::bridge
