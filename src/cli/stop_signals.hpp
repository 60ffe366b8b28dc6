// How the program ends when it is told to.
#pragma once

#include "cli/engine.hpp"

#include <asio/signal_set.hpp>

#include <functional>

namespace ringbridge::cli {

/// The first SIGINT or SIGTERM lets the run under way finish the round in hand, for `grace` at
/// most, and then stops the loop. A run that takes longer is abandoned where it stands: the ledger
/// knows how to go on. The second signal ends the process at once.
class StopSignals {
  public:
    /// `close_door`: called first, so that nothing new comes in.
    StopSignals(asio::io_context& loop, Engine& engine, std::function<void()> close_door = [] {});

  private:
    void stop();

    asio::io_context& loop_;
    Engine& engine_;
    std::function<void()> close_door_;
    asio::signal_set signals_;
};

}  // namespace ringbridge::cli
