// The JSON of token_views.hpp.
#include "admin/token_views.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ringbridge::admin {
namespace {

using nlohmann::json;
using std::chrono::seconds;

std::int64_t seconds_until(UtcTime moment, UtcTime now) {
    return std::max<std::int64_t>(0, std::chrono::ceil<seconds>(moment - now).count());
}

json moment_or_null(const std::optional<UtcTime>& moment) {
    return moment ? json(format_utc(*moment)) : json();
}

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string token_view(const receptionist::TokenStatus& status, UtcTime now) {
    const auto& error = status.last_error;
    return dump(
        {{"platform", status.platform},
         {"mode", status.can_log_in ? "login" : "static"},
         {"expiresAt", moment_or_null(status.expires_at)},
         {"secondsLeft", status.expires_at ? json(seconds_until(*status.expires_at, now)) : json()},
         {"refreshDue", status.refresh_due},
         {"cooldownUntil", moment_or_null(status.cooldown_until)},
         {"lastError", error ? json(error->why) : json()},
         {"cause", error ? json(receptionist::name_of(error->cause)) : json()}});
}

HttpResponse refresh_failure(const receptionist::PlatformError& error, UtcTime now) {
    const bool refused = error.move() == receptionist::NextMove::fix_credentials;
    const auto* code = error.not_before ? "cooldown"
                       : refused        ? "credentials_refused"
                                        : "out_of_reach";
    const int status = error.not_before ? 429 : refused ? 502 : 503;
    const auto message =
        error.why + (error.not_before ? " To try now anyway, add force=true." : "");
    auto response = json_response(
        status, dump({{"error",
                       {{"code", code},
                        {"message", message},
                        {"details", {{"cause", receptionist::name_of(error.cause)}}}}}}));
    if (error.not_before) {
        const auto wait = std::to_string(seconds_until(*error.not_before, now));
        response.headers.push_back({"Retry-After", wait});
    }
    return response;
}

}  // namespace ringbridge::admin
