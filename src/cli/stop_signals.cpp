#include "cli/stop_signals.hpp"

#include "cli/wait.hpp"

#include <csignal>

namespace ringbridge::cli {
namespace {

// Docker kills after 10 seconds, the shortest usual limit.
constexpr std::chrono::seconds patience{8};

Task<> stop_after_patience(Clock* clock, asio::io_context* loop) {
    co_await clock->sleep(patience);
    loop->stop();
}

}  // namespace

StopSignals::StopSignals(asio::io_context& loop, Clock& clock, std::function<void()> ask)
    : loop_{loop}, clock_{clock}, ask_{std::move(ask)}, signals_{loop, SIGINT, SIGTERM} {
    signals_.async_wait([this](std::error_code cancelled, int) {
        if (cancelled) return;
        end_soon();
        ask_();
    });
}

void StopSignals::end_soon() {
    signals_.async_wait([this](std::error_code cancelled, int) {
        if (!cancelled) loop_.stop();
    });
    asio::co_spawn(loop_, stop_after_patience(&clock_, &loop_), rethrow);
}

}  // namespace ringbridge::cli
