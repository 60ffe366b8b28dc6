#include "api/overview.hpp"

namespace ringbridge::api {

Task<Overview> overview_of(bridge::Service* service, UtcTime now, UtcTime since) {
    auto& bridge = service->bridge();
    auto& ledger = bridge.parts().ledger;
    ledger::Selection newest;
    newest.limit = 1;
    auto listed = co_await ledger.list(std::move(newest));
    co_return Overview{
        .service = *service,
        .now = now,
        .since = since,
        .all = co_await ledger.count_by_state(),
        .recent = co_await ledger.count_by_state(since),
        .newest = listed.entries.empty() ? std::nullopt : std::optional{listed.entries.front()},
        .quota = bridge.parts().client.quota(),
        .target_account = bridge.last_target_account()};
}

}  // namespace ringbridge::api
