#include "cli/progress.hpp"

#include "cli/wait.hpp"
#include "core/text.hpp"
#include "runtime/process.hpp"

#include <fmt/format.h>

#include <iostream>

namespace ringbridge::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t width = 78;

void draw(const std::string& text) {
    std::cerr << fmt::format("{:<{}}\r", cut_utf8(text, width), width) << std::flush;
}

Task<> keep_drawing(Clock* clock, Progress::Line line) {
    for (;;) {
        draw(co_await line());
        co_await clock->sleep(500ms);
    }
}

std::string time_left(Milliseconds left) {
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(left).count();
    return left < 1min ? "less than a minute left" : fmt::format("{} min left", minutes);
}

}  // namespace

Progress::Progress(asio::io_context& loop, Clock& clock, Line line)
    : shown_{runtime::stderr_is_terminal()} {
    if (shown_) asio::co_spawn(loop, keep_drawing(&clock, std::move(line)), rethrow);
}

Progress::~Progress() {
    if (shown_) draw("");
}

std::string bar(std::string_view what, int done, int all, Milliseconds since_start) {
    constexpr int cells = 20;
    const int full = all == 0 ? cells : std::min(cells, cells * done / all);
    auto text =
        fmt::format("[{:=<{}}{: <{}}] {} of {} {}", "", full, "", cells - full, done, all, what);
    if (done > 0 && done < all) text += ", " + time_left(since_start * (all - done) / done);
    return text;
}

}  // namespace ringbridge::cli
