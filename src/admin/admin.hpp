// The admin API's routes, as coroutines that need no socket.
#pragma once

#include "admin/bridge_routes.hpp"
#include "admin/guard.hpp"
#include "admin/guesses.hpp"
#include "admin/sessions.hpp"
#include "admin/webhook_door.hpp"
#include "ports/body_counts.hpp"

#include <deque>
#include <expected>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace ringbridge::admin {

struct AdminOptions {
    Access access;
    Milliseconds lock_wait;        ///< how long /sync-now waits for a run in progress
    const Vault* vault = nullptr;  ///< its hash signs sessions; null: a browser cannot sign in
    std::shared_ptr<const BodyCounts> webhook_bodies =
        {};                        ///< as the server counts them, if it does
    bool beyond_loopback = false;  ///< it listens on addresses that other machines can reach
};

class Admin {
  public:
    Admin(AdminOptions options, std::vector<api::Served> bridges, Clock& clock, Log& log);

    Task<HttpResponse> answer(InboundRequest request);

    using OfAll = Task<HttpResponse> (Admin::*)(Asked asked);
    using OfBridge = Task<HttpResponse> (BridgeRoutes::*)(Asked asked);
    struct Route {
        std::string method;
        std::string path;  ///< each `*` matches one segment
        std::variant<OfAll, OfBridge> handler;
        std::vector<std::string> parameters = {};
        bool open = false;  ///< needs no token
    };
    /// openapi.json describes the same routes.
    static const std::vector<Route>& routes();

  private:
    Task<HttpResponse> choose_route(InboundRequest request);
    Task<std::optional<HttpResponse>> turn_away_from(bool open, InboundRequest request);
    bool needs_a_token_for(const Route& route, const Target& target) const;
    Task<HttpResponse> handle(const Route* route, Asked asked);
    std::expected<BridgeRoutes*, HttpResponse> choose(const Target& target);
    HttpResponse session_response(bool signed_in) const;

    Task<HttpResponse> page(Asked asked);
    Task<HttpResponse> asset(Asked asked);
    Task<HttpResponse> session(Asked asked);
    Task<HttpResponse> sign_in(Asked asked);
    Task<HttpResponse> sign_out(Asked asked);
    Task<HttpResponse> health(Asked asked);
    Task<HttpResponse> ready(Asked asked);
    Task<HttpResponse> webhook(Asked asked);
    Task<HttpResponse> bridges(Asked asked);
    Task<HttpResponse> metrics(Asked asked);
    Task<HttpResponse> openapi(Asked asked);

    const AdminOptions options_;
    Sessions sessions_;
    Guesses guesses_;
    const std::vector<api::Served> bridges_;
    WebhookDoor webhooks_;
    std::deque<BridgeRoutes> routes_of_;  ///< in the order of `bridges_`
    Clock& clock_;
};

}  // namespace ringbridge::admin
