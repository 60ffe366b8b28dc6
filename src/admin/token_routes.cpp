// The receptionist's login: its status and its renewal over HTTP.
#include "admin/bridge_routes.hpp"
#include "admin/parameters.hpp"
#include "admin/responses.hpp"
#include "api/token_views.hpp"

namespace ringbridge::admin {
namespace {

// 429 within the cooldown, 502 for a refusal, 503 otherwise.
HttpResponse refresh_failure(const receptionist::PlatformError& error, UtcTime now) {
    const bool refused = error.move() == receptionist::NextMove::fix_credentials;
    const int status = error.not_before ? 429 : refused ? 502 : 503;
    auto response = json_response(status, api::refresh_failure_view(error));
    if (error.not_before) {
        const auto wait = std::to_string(api::seconds_until(*error.not_before, now));
        response.headers.push_back({"Retry-After", wait});
    }
    return response;
}

}  // namespace

Task<HttpResponse> BridgeRoutes::token_status(Asked) {
    const auto status = co_await bridge_.receptionist().token_status();
    co_return json_response(200, api::token_view(status, clock_.now()));
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
