#include "tests/simulation/operator.hpp"

#include "ledger/backends.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <fmt/format.h>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;
using ledger::Entry;
using ledger::Ledger;
using ledger::Stage;

// A command ends before anything else happens.
class AtOnce final : public Database {
  public:
    Task<> run(std::function<void()> work) override {
        work();
        co_return;
    }
    void post(std::function<void()> work) override { work(); }
};

template <class T>
T at_once(Task<T> task) {
    asio::io_context loop;
    std::optional<T> result;
    asio::co_spawn(loop, std::move(task), [&](std::exception_ptr failed, T value) {
        if (failed) std::rethrow_exception(failed);
        result = std::move(value);
    });
    loop.run();
    return std::move(result.value());
}

template <class Wanted>
std::vector<Entry> unfinished(Ledger& ledger, Wanted&& wanted) {
    auto entries = at_once(ledger.list({.limit = 1000})).entries;
    std::erase_if(entries, [&](const Entry& entry) {
        return entry.stage == Stage::done || entry.stage == Stage::dismissed ||
               is_without_id(entry.call.id) || !wanted(entry);
    });
    return entries;
}

}  // namespace

Operator::Operator(Setting& setting, const Callers& callers, Witness& witness)
    : setting_{setting}, callers_{callers}, witness_{witness} {
    for (const auto disturber : {Disturber::call_dismissed, Disturber::number_given}) {
        auto& random = setting_.random(disturber);
        const auto times = random.between(1, 6);
        for (int i = 0; i < times; ++i) {
            act_at(setting_.world.now() + random.between(0ms, setting_.scenario.span), disturber);
        }
    }
}

void Operator::see_write() {
    for (const auto disturber : {Disturber::call_dismissed, Disturber::number_given}) {
        auto& random = setting_.random(disturber);
        if (random.happens(100)) act_at(setting_.world.now() + random.between(0ms, 3s), disturber);
    }
}

void Operator::act_at(UtcTime moment, Disturber disturber) {
    if (!setting_.scenario.disturbers.contains(disturber)) return;
    setting_.world.at(moment, [this, disturber] {
        if (!setting_.disk.exists(ledger_file)) return;
        const sim::Disk::Mount mount{setting_.disk};
        AtOnce database;
        Ledger ledger{ledger::backend_at(mount.uri(ledger_file)), ledger::Scope{}, database,
                      setting_.world.now()};
        disturber == Disturber::call_dismissed ? dismiss(ledger) : give_number(ledger);
    });
}

// A call synced by a lost ledger that the new one has not looked up yet is visible in HubSpot.
void Operator::dismiss(Ledger& ledger) {
    const auto open = unfinished(ledger, [this](const Entry& entry) {
        return !(witness_.is_ledger_lost() && witness_.is_synced(entry.call.id.text));
    });
    if (open.empty() || !setting_.injects(Disturber::call_dismissed, 500)) return;
    const auto id = setting_.random(Disturber::call_dismissed).pick(open).call.id;
    const bool dismissed = at_once(ledger.dismiss(id, "spam"));
    setting_.note("operator", fmt::format("dismisses {}: {}", id.text, dismissed));
    if (dismissed) witness_.see_dismissed(id.text);
}

// The operator knows the caller although the number was withheld.
void Operator::give_number(Ledger& ledger) {
    const auto open = unfinished(ledger, [this](const Entry& entry) {
        const auto call = callers_.calls().find(entry.call.id.text);
        return call != callers_.calls().end() && !call->second.reachable;
    });
    if (open.empty() || !setting_.injects(Disturber::number_given, 1000)) return;
    const auto id = setting_.random(Disturber::number_given).pick(open).call.id;
    const auto& caller = callers_.caller_of(callers_.calls().at(id.text));
    const bool given = at_once(ledger.give_number(id, caller.e164));
    setting_.note("operator", fmt::format("gives {} its number: {}", id.text, given));
    if (given) witness_.see_number_given(id.text);
}

}  // namespace ringbridge::simulation
