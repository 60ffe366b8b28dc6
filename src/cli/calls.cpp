// The `calls` commands.
#include "api/operator_actions.hpp"
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

Task<api::OperatorActions::Outcome> act(Command command, CallsOptions call,
                                        api::OperatorActions* actions) {
    switch (command) {
        case Command::calls_retry:
            co_return co_await actions->retry(CallId{call.id});
        case Command::calls_dismiss:
            co_return co_await actions->dismiss(CallId{call.id}, call.reason);
        case Command::calls_assign:
            co_return co_await actions->give_number(CallId{call.id}, call.number);
        default:
            co_return co_await actions->find(CallId{call.id});
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

int forget(const Options& options, asio::io_context& loop, api::OperatorActions& actions,
           UtcTime now) {
    const auto forgotten = wait_for(loop, actions.forget(options.calls.number, now));
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
    api::OperatorActions actions{worker.ledger(), worker.settings().default_region};
    if (options.command == Command::calls_forget) {
        return forget(options, loop, actions, engine.clock().now());
    }
    const auto call = wait_for(loop, act(options.command, options.calls, &actions));
    if (!call) return refuse(call.error().message);
    std::cout << (options.json ? api::call_view(*call) + '\n' : call_text(*call)) << std::flush;
    return done;
}

}  // namespace ringbridge::cli
