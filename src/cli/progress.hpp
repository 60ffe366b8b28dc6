// The progress of a long command, on a terminal.
#pragma once

#include "ports/clock.hpp"

#include <asio/io_context.hpp>

#include <functional>
#include <string>

namespace ringbridge::cli {

/// While it exists, a line on stderr that is redrawn; none if stderr is not a terminal. It has no
/// line break, so that the next log line replaces it.
class Progress {
  public:
    using Line = std::function<Task<std::string>()>;
    Progress(asio::io_context& loop, Clock& clock, Line line);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

  private:
    bool shown_;
};

/// `[======>      ] 312 of 1200 duplicates done, 3 min left`, estimated from the pace so far.
std::string bar(std::string_view what, int done, int all, Milliseconds since_start);

}  // namespace ringbridge::cli
