// `token status` and `token refresh`: the receptionist's login, shown and renewed by hand.
#include "api/token_views.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/wait.hpp"

#include <fmt/format.h>

#include <iostream>

namespace ringbridge::cli {
namespace {

std::string time_left(std::chrono::seconds left) {
    if (left >= std::chrono::days{2}) return fmt::format("{} days", left / std::chrono::days{1});
    if (left >= std::chrono::hours{2}) return fmt::format("{} h", left / std::chrono::hours{1});
    return fmt::format("{} min", left / std::chrono::minutes{1});
}

std::string expiry_text(const receptionist::TokenStatus& status, UtcTime now) {
    if (!status.expires_at) return status.usable ? "unknown" : "no token";
    const auto left = std::chrono::floor<std::chrono::seconds>(*status.expires_at - now);
    return format_utc(*status.expires_at) +
           (left.count() > 0 ? " (in " + time_left(left) + ")" : " (expired)");
}

std::string status_text(const receptionist::TokenStatus& status, UtcTime now) {
    auto text = fmt::format("platform   {}\nmode       {}\nexpires    {}\nrefresh    {}\n",
                            status.platform, status.can_log_in ? "login" : "static",
                            expiry_text(status, now), status.refresh_due ? "due" : "not due");
    if (status.cooldown_until) {
        text += fmt::format("cooldown   until {}\n", format_utc(*status.cooldown_until));
    }
    if (const auto& error = status.last_error) {
        text += fmt::format("cause      {}\nlast error {}\n", receptionist::name_of(error->cause),
                            error->why);
    }
    return text;
}

void print_status(Engine& engine, asio::io_context& loop, bool json) {
    const auto status = wait_for(loop, engine.worker().receptionist().token_status());
    const auto now = engine.clock().now();
    std::cout << (json ? api::token_view(status, now) + '\n' : status_text(status, now))
              << std::flush;
}

int print_failure(const receptionist::PlatformError& error, bool json) {
    if (json) std::cout << api::refresh_failure_view(error) << std::endl;
    std::cerr << error.why
              << (error.not_before ? " To try now anyway: ringbridge token refresh --force" : "")
              << '\n';
    const bool refused = error.move() == receptionist::NextMove::fix_credentials;
    return refused ? credentials_refused : out_of_reach;
}

}  // namespace

int token_status(const Options& options, BridgeConfig config) {
    asio::io_context loop{1};
    Engine engine{{std::move(config)}};
    print_status(engine, loop, options.json);
    return done;
}

int token_refresh(const Options& options, BridgeConfig config) {
    asio::io_context loop{1};
    Engine engine{{std::move(config)}};
    const auto refreshed =
        wait_for(loop, engine.worker().service().refresh_token(options.force, Milliseconds{0}));
    if (!refreshed) {
        std::cerr << "a run holds the lock on " << engine.worker().settings().database_path
                  << " and refreshes the token itself; try again when it is done\n";
        return already_running;
    }
    if (!*refreshed) return print_failure(refreshed->error(), options.json);
    print_status(engine, loop, options.json);
    return done;
}

}  // namespace ringbridge::cli
