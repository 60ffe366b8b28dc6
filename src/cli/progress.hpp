// How far a long command is, for whoever watches it on a terminal.
#pragma once

#include "ports/clock.hpp"

#include <asio/io_context.hpp>

#include <functional>
#include <string>

namespace ringbridge::cli {

/// From its making until its end, a line on stderr that is written over and over; none where stderr
/// is no terminal. The line ends without a line break, so that the next log line takes its place.
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

/// `[======>      ] 312 of 1200 duplicates done, 3 min left`: at the pace so far.
std::string bar(std::string_view what, int done, int all, Milliseconds since_start);

}  // namespace ringbridge::cli
