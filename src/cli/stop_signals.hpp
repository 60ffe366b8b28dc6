// SIGINT and SIGTERM: the first asks for a graceful stop; a second, or eight seconds, forces it.
#pragma once

#include "ports/clock.hpp"

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <functional>

namespace ringbridge::cli {

/// Destroy it before the loop. Stopping the loop abandons a run wherever it is: the ledger's stages
/// make that as safe as any other end.
class StopSignals {
  public:
    /// `ask` is called once, on the loop.
    StopSignals(asio::io_context& loop, Clock& clock, std::function<void()> ask);
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

  private:
    void end_soon();

    asio::io_context& loop_;
    Clock& clock_;
    std::function<void()> ask_;
    asio::signal_set signals_;
};

}  // namespace ringbridge::cli
