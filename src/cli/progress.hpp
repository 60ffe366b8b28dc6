// How far a long command is, for whoever watches it on a terminal.
#pragma once

#include "cli/engine.hpp"

#include <asio/io_context.hpp>

namespace ringbridge::cli {

/// From its making until its end, a line on stderr about the ledger's calls that is written over
/// and over; none where stderr is no terminal. The line ends without a line break, so that the next
/// log line takes its place.
class Progress {
  public:
    Progress(asio::io_context& loop, Engine& engine);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

  private:
    bool shown_;
};

}  // namespace ringbridge::cli
