// The `calls` commands.
#include "api/desk.hpp"
#include "api/requests.hpp"
#include "api/views.hpp"
#include "cli/calls_text.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/wait.hpp"

#include <iostream>

namespace ringbridge::cli {
namespace {

int refuse(const std::string& why) {
    std::cerr << why << '\n';
    return wrong_usage;
}

Task<api::Desk::Outcome> act(Command command, CallsOptions call, api::Desk* desk) {
    switch (command) {
        case Command::calls_retry:
            co_return co_await desk->retry(CallId{call.id});
        case Command::calls_dismiss:
            co_return co_await desk->dismiss(CallId{call.id}, call.reason);
        case Command::calls_assign:
            co_return co_await desk->give_number(CallId{call.id}, call.number);
        default:
            co_return co_await desk->find(CallId{call.id});
    }
}

int list(const Options& options, asio::io_context& loop, ledger::Ledger& ledger) {
    const auto& calls = options.calls;
    const auto selection = api::read_selection({.state = given(calls.state),
                                                .query = given(calls.query),
                                                .limit = given(calls.limit),
                                                .cursor = given(calls.cursor)});
    if (!selection) return refuse(selection.error());
    const auto listed = wait_for(loop, ledger.list(*selection));
    std::cout << (options.json ? api::calls_view(listed) + '\n' : calls_text(listed)) << std::flush;
    return done;
}

int forget(const Options& options, asio::io_context& loop, api::Desk& desk, UtcTime now) {
    const auto forgotten = wait_for(loop, desk.forget(options.calls.number, now));
    if (!forgotten) return refuse(forgotten.error().message);
    std::cout << (options.json ? api::forgotten_view(*forgotten) + '\n'
                               : "forgot what " + std::to_string(*forgotten) + " calls said\n")
              << std::flush;
    return done;
}

}  // namespace

int calls(const Options& options, BridgeConfig config) {
    asio::io_context loop{1};
    Engine engine{{std::move(config)}};
    auto& worker = engine.worker();
    if (options.command == Command::calls_list) return list(options, loop, worker.ledger());
    api::Desk desk{worker.ledger(), worker.settings().default_region};
    if (options.command == Command::calls_forget) {
        return forget(options, loop, desk, engine.clock().now());
    }
    const auto call = wait_for(loop, act(options.command, options.calls, &desk));
    if (!call) return refuse(call.error().message);
    std::cout << (options.json ? api::call_view(*call) + '\n' : call_text(*call)) << std::flush;
    return done;
}

}  // namespace ringbridge::cli
