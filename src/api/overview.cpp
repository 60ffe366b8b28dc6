#include "api/overview.hpp"

#include <algorithm>

namespace ringbridge::api {

namespace {

// A bridge without a name of its own is its platform's only one.
std::string path_of(const Served& served) {
    const auto platform = "/webhooks/" + served.service.bridge().receptionist().profile().name;
    return served.name == "main" ? platform : platform + '/' + served.name;
}

Task<std::optional<WebhookAddress>> webhooks_of(const Served* served, UtcTime now) {
    auto& bridge = served->service.bridge();
    const auto& push = bridge.push();
    if (!bridge.receptionist().profile().webhook) co_return std::nullopt;
    if (!push.is_on()) co_return WebhookAddress{.path = path_of(*served)};
    const auto arrivals = co_await bridge.ledger().arrivals(now - std::chrono::days{7});
    co_return WebhookAddress{path_of(*served), true,
                             std::max(push.last_event(), arrivals.last_pushed_at)};
}

}  // namespace

Task<Overview> overview_of(const Served* served, UtcTime now, UtcTime since) {
    auto& service = served->service;
    auto& bridge = service.bridge();
    auto& ledger = bridge.parts().ledger;
    ledger::Selection newest;
    newest.limit = 1;
    auto listed = co_await ledger.list(std::move(newest));
    co_return Overview{
        .service = service,
        .now = now,
        .since = since,
        .all = co_await ledger.count_by_state(),
        .recent = co_await ledger.count_by_state(since),
        .newest = listed.entries.empty() ? std::nullopt : std::optional{listed.entries.front()},
        .quota = bridge.parts().client.quota(),
        .target_account = bridge.last_target_account(),
        .webhooks = co_await webhooks_of(served, now)};
}

}  // namespace ringbridge::api
