#include "cli/progress.hpp"

#include "cli/wait.hpp"

#include <fmt/format.h>

#include <iostream>

namespace ringbridge::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t width = 60;

void draw(const std::string& text) {
    std::cerr << fmt::format("{:<{}}\r", text, width) << std::flush;
}

Task<> keep_drawing(Engine* engine) {
    for (;;) {
        const auto counts = co_await engine->worker().ledger().count_by_state();
        draw(fmt::format("{} calls in HubSpot, {} to go", counts.at("synced"),
                         counts.at("pending") + counts.at("failed")));
        co_await engine->clock().sleep(500ms);
    }
}

}  // namespace

Progress::Progress(asio::io_context& loop, Engine& engine) : shown_{runtime::stderr_is_terminal()} {
    if (shown_) asio::co_spawn(loop, keep_drawing(&engine), rethrow);
}

Progress::~Progress() {
    if (shown_) draw("");
}

}  // namespace ringbridge::cli
