#include "bridge/target_account.hpp"

#include "core/stop.hpp"

namespace ringbridge::bridge {
namespace {

Task<> fill_in(TargetAccount* target_account, Crm* crm, hubspot::Client* client) {
    const auto capability = co_await crm->look(Milliseconds{0});
    target_account->version = to_string(capability.version);
    target_account->activities = to_string(capability.activities);
    hubspot::Account account{*client, Milliseconds{0}};
    const auto details = co_await account.details(capability.version);
    if (details) {
        target_account->portal = details->portal_id;
        target_account->account_type = details->account_type;
        target_account->ui_domain = details->ui_domain;
    } else {
        target_account->error =
            "HubSpot does not say whose token it is: " + details.error().message;
    }
}

}  // namespace

Task<TargetAccount> find_target_account(Crm* crm, hubspot::Client* client) {
    TargetAccount target_account;
    try {
        co_await fill_in(&target_account, crm, client);
    } catch (const CredentialsRefused& refused) {
        target_account.error = refused.what();
    } catch (const OutOfReach& away) {
        target_account.error = away.what();
    }
    co_return target_account;
}

}  // namespace ringbridge::bridge
