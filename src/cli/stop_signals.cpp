#include "cli/stop_signals.hpp"

#include <csignal>

namespace ringbridge::cli {
namespace {

// Docker kills after 10 seconds, which is the shortest that is usual.
constexpr std::chrono::seconds patience{8};

}  // namespace

StopSignals::StopSignals(asio::io_context& loop, std::function<void()> ask)
    : loop_{loop}, ask_{std::move(ask)}, signals_{loop, SIGINT, SIGTERM}, patience_{loop} {
    signals_.async_wait([this](std::error_code cancelled, int) {
        if (cancelled) return;
        wait_for_second();
        ask_();
    });
}

void StopSignals::wait_for_second() {
    const auto end = [this](std::error_code cancelled) {
        if (!cancelled) loop_.stop();
    };
    signals_.async_wait([end](std::error_code cancelled, int) { end(cancelled); });
    patience_.expires_after(patience);
    patience_.async_wait(end);
}

}  // namespace ringbridge::cli
