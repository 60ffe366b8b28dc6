// The JSON of token_views.hpp.
#include "api/json_codec.hpp"
#include "api/token_views.hpp"

#include <algorithm>

namespace ringbridge::api {

std::int64_t seconds_until(UtcTime moment, UtcTime now) {
    using std::chrono::seconds;
    return std::max<std::int64_t>(0, std::chrono::ceil<seconds>(moment - now).count());
}

std::string token_view(const receptionist::TokenStatus& status, UtcTime now) {
    const auto& error = status.last_error;
    return dump(
        {{"platform", status.platform},
         {"mode", status.can_log_in ? "login" : "static"},
         {"expiresAt", or_null(status.expires_at)},
         {"secondsLeft", status.expires_at ? json(seconds_until(*status.expires_at, now)) : json()},
         {"refreshDue", status.refresh_due},
         {"cooldownUntil", or_null(status.cooldown_until)},
         {"lastError", error ? json(error->why) : json()},
         {"cause", error ? json(receptionist::name_of(error->cause)) : json()}});
}

std::string refresh_failure_view(const receptionist::PlatformError& error) {
    const bool refused = error.move() == receptionist::NextMove::fix_credentials;
    const auto* code = error.not_before ? "cooldown"
                       : refused        ? "credentials_refused"
                                        : "out_of_reach";
    const auto message =
        error.why + (error.not_before ? " To try now anyway, add force=true." : "");
    return dump({{"error",
                  {{"code", code},
                   {"message", message},
                   {"details", {{"cause", receptionist::name_of(error.cause)}}}}}});
}

}  // namespace ringbridge::api
