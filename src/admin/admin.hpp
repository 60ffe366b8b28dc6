// The admin API: the contract's routes, as coroutines that know no socket.
#pragma once

#include "admin/bridge_routes.hpp"
#include "admin/sessions.hpp"
#include "core/secret.hpp"

#include <deque>
#include <expected>
#include <string>
#include <variant>
#include <vector>

namespace ringbridge::admin {

struct AdminOptions {
    Secret token;                  ///< empty: loopback only
    Milliseconds lock_wait;        ///< how long /sync-now waits for a run in progress
    const Vault* vault = nullptr;  ///< its hash signs sessions; null: a browser cannot sign in
};

class Admin {
  public:
    Admin(AdminOptions options, std::vector<Served> bridges, Clock& clock);

    Task<HttpResponse> answer(InboundRequest request);

    using OfAll = Task<HttpResponse> (Admin::*)(Asked asked);
    using OfBridge = Task<HttpResponse> (BridgeRoutes::*)(Asked asked);
    struct Route {
        std::string method;
        std::string path;  ///< `*` stands for one segment
        std::variant<OfAll, OfBridge> handler;
        std::vector<std::string> parameters = {};
        bool open = false;  ///< needs no token
    };
    /// openapi.json describes the same.
    static const std::vector<Route>& routes();

  private:
    Task<HttpResponse> handle(const Route* route, Asked asked);
    std::expected<BridgeRoutes*, HttpResponse> choose(const Target& target);
    bool is_signed_in(const HttpRequest& request) const;
    HttpResponse session_response(bool signed_in) const;

    Task<HttpResponse> page(Asked asked);
    Task<HttpResponse> asset(Asked asked);
    Task<HttpResponse> session(Asked asked);
    Task<HttpResponse> sign_in(Asked asked);
    Task<HttpResponse> sign_out(Asked asked);
    Task<HttpResponse> health(Asked asked);
    Task<HttpResponse> ready(Asked asked);
    Task<HttpResponse> bridges(Asked asked);
    Task<HttpResponse> metrics(Asked asked);
    Task<HttpResponse> openapi(Asked asked);

    const AdminOptions options_;
    const Sessions sessions_;
    const std::vector<Served> bridges_;
    std::deque<BridgeRoutes> routes_of_;  ///< in the order of `bridges_`
    Clock& clock_;
};

}  // namespace ringbridge::admin
