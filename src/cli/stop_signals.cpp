#include "cli/stop_signals.hpp"

#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>

namespace ringbridge::cli {
namespace {

// Docker kills what has not ended ten seconds after it was told to.
constexpr Milliseconds grace{8'000};

Task<> wind_down(bridge::Service* service, Clock* clock) {
    using namespace asio::experimental::awaitable_operators;
    co_await (service->wind_down() || clock->sleep(grace));
}

}  // namespace

StopSignals::StopSignals(asio::io_context& loop, Engine& engine, std::function<void()> close_door)
    : loop_{loop},
      engine_{engine},
      close_door_{std::move(close_door)},
      signals_{loop, SIGINT, SIGTERM} {
    signals_.async_wait([this](std::error_code error, int) {
        if (!error) stop();
    });
}

void StopSignals::stop() {
    signals_.clear();
    engine_.log().info("stopping", {{"effect", "the round in hand is finished; again: at once"}});
    close_door_();
    asio::co_spawn(loop_, wind_down(&engine_.service(), &engine_.clock()),
                   [this](std::exception_ptr) { loop_.stop(); });
}

}  // namespace ringbridge::cli
