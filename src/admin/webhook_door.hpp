// Where platforms deliver their webhooks: the one place that answers strangers without a token.
// What is not signed is not kept.
#pragma once

#include "admin/bridge_routes.hpp"
#include "api/served.hpp"

#include <cstddef>
#include <vector>

namespace ringbridge::admin {

/// What the paths of webhooks begin with.
inline constexpr const char* webhooks_at = "/webhooks/";

class WebhookDoor {
  public:
    explicit WebhookDoor(std::vector<api::Served> bridges) : bridges_{std::move(bridges)} {}

    /// `asked.id`: `PLATFORM` or `PLATFORM/BRIDGE`. Answers 200 once the event is durable.
    Task<HttpResponse> answer(Asked asked);

  private:
    const api::Served* bridge_at(const std::string& address) const;
    Task<HttpResponse> receive(const api::Served* served, Asked asked);

    const std::vector<api::Served> bridges_;
    std::size_t bytes_in_hand_ = 0;  ///< of bodies that are not answered yet
    int events_in_hand_ = 0;
};

}  // namespace ringbridge::admin
