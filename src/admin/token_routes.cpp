// The receptionist's login: its status and its renewal over HTTP.
#include "admin/bridge_routes.hpp"
#include "admin/parameters.hpp"
#include "admin/token_views.hpp"
#include "admin/views.hpp"

namespace ringbridge::admin {

Task<HttpResponse> BridgeRoutes::token_status(Asked) {
    const auto status = co_await bridge_.receptionist().token_status();
    co_return json_response(200, token_view(status, clock_.now()));
}

Task<HttpResponse> BridgeRoutes::refresh_token(Asked asked) {
    const auto force = read_flag(asked.target, "force");
    if (!force) co_return error_response(400, "bad_parameter", force.error());
    const auto refreshed = co_await service_.refresh_token(*force, lock_wait_);
    if (!refreshed) {
        co_return error_response(
            409, "sync_in_progress",
            "a run is under way and refreshes the token itself; try again when it "
            "is done");
    }
    if (!*refreshed) co_return refresh_failure(refreshed->error(), clock_.now());
    co_return co_await token_status({});
}

}  // namespace ringbridge::admin
