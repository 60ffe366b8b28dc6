// The `calls` commands.
#include "admin/desk.hpp"
#include "admin/parameters.hpp"
#include "admin/views.hpp"
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

// The same parameters as over HTTP, checked by the same rules.
std::expected<ledger::Selection, std::string> read_selection(const CallsOptions& given) {
    Target target{.path = "/calls", .query = {}};
    for (const auto& [name, value] : Query{{"state", given.state},
                                           {"q", given.query},
                                           {"limit", given.limit},
                                           {"cursor", given.cursor}}) {
        if (!value.empty()) target.query.emplace_back(name, value);
    }
    return admin::read_selection(target);
}

Task<admin::Desk::Outcome> act(Command command, CallsOptions given, admin::Desk* desk) {
    switch (command) {
        case Command::calls_retry:
            co_return co_await desk->retry(given.id);
        case Command::calls_dismiss:
            co_return co_await desk->dismiss(given.id, given.reason);
        case Command::calls_assign:
            co_return co_await desk->give_number(given.id, given.number);
        default:
            co_return co_await desk->find(given.id);
    }
}

int list(const Options& options, asio::io_context& loop, ledger::Ledger& ledger) {
    const auto selection = read_selection(options.calls);
    if (!selection) return refuse(selection.error());
    const auto listed = wait_for(loop, ledger.list(*selection));
    std::cout << (options.json ? admin::calls_view(listed) + '\n' : calls_text(listed))
              << std::flush;
    return done;
}

int forget(const Options& options, asio::io_context& loop, admin::Desk& desk, UtcTime now) {
    const auto forgotten = wait_for(loop, desk.forget(options.calls.number, now));
    if (!forgotten) return refuse(forgotten.error().message);
    std::cout << (options.json ? admin::forgotten_view(*forgotten) + '\n'
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
    admin::Desk desk{worker.ledger(), worker.settings().default_region};
    if (options.command == Command::calls_forget) {
        return forget(options, loop, desk, engine.clock().now());
    }
    const auto call = wait_for(loop, act(options.command, options.calls, &desk));
    if (!call) return refuse(call.error().message);
    std::cout << (options.json ? admin::call_view(*call) + '\n' : call_text(*call)) << std::flush;
    return done;
}

}  // namespace ringbridge::cli
