// The ledger on a real file. Wall time: the disk, which must confirm each step, is what counts.
#include "bench/bounds.hpp"
#include "ledger/backends.hpp"
#include "ledger/ledger.hpp"
#include "tests/flow/town.hpp"

#include <thread>

namespace ringbridge::bench {
namespace {

constexpr int batch = 100;
constexpr int filling = 1'000;
const UtcTime start = *parse_utc("2026-11-23T09:00:00Z");

/// A new ledger in a world without delays.
struct Shelf {
    tests::ScratchFile file;
    sim::World world{1, start};
    sim::Workbench workbench{world};
    ledger::Ledger ledger{ledger::backend_at(file.path()), ledger::Scope{}, workbench, start};
    int made = 0;  ///< calls made so far

    /// The next hundred calls, not recorded yet; making them is not measured.
    std::vector<Call> next_calls(benchmark::State& state);
};

std::vector<Call> new_calls(int first, int count = batch) {
    std::vector<Call> calls;
    for (int i = 0; i < count; ++i) {
        calls.push_back(
            {.id = CallId{"c_" + std::to_string(first + i)},
             .called_at = start - std::chrono::hours{24 * 365} + std::chrono::seconds{first + i},
             .caller_phone = "(571) " + std::to_string(8'000'000 + (first + i) % 9'973),
             .caller_name = "Jane Nr" + std::to_string((first + i) % 9'973),
             .summary = std::string(200, 's'),
             .transcript = std::string(count == batch ? 4'000 : 200, 't')});
    }
    return calls;
}

std::vector<Call> Shelf::next_calls(benchmark::State& state) {
    state.PauseTiming();
    auto calls = new_calls(made);
    made += batch;
    state.ResumeTiming();
    return calls;
}

// As a run moves them: matched, writing, written, done.
void move_through_stages(sim::World& world, ledger::Ledger& ledger, int count) {
    auto entries = world.run(ledger.due(start, count));
    using ledger::Stage;
    for (const auto stage : {Stage::matched, Stage::writing, Stage::written, Stage::done}) {
        for (auto& entry : entries) {
            entry.stage = stage;
            entry.contact_id =
                ContactId{std::to_string(500 + to_unix_ms(entry.call.called_at) / 1'000 % 9'973)};
            if (stage == Stage::written) entry.activity_id = ActivityId{"a_" + entry.call.id.text};
        }
        entries = world.run(ledger.save(std::move(entries)));
    }
}

// A hundred calls recorded, found due, and moved through the stages.
void ledger_moves_100_calls_through_all_stages(benchmark::State& state) {
    Shelf shelf;
    auto& [file, world, workbench, ledger, made] = shelf;
    for (auto _ : state) {
        world.run(ledger.record(shelf.next_calls(state), {}, start));
        move_through_stages(world, ledger, batch);
    }
    report(state, batch, ledger_bound_us);
}

// The same with a grown ledger: a large account has a million calls in a year. Includes the next
// run's query for what is due, and a stamp's query for a contact's history.
void ledger_has_grown(benchmark::State& state) {
    Shelf shelf;
    auto& [file, world, workbench, ledger, made] = shelf;
    for (; made < state.range(0); made += filling) {
        world.run(ledger.record(new_calls(made, filling), {}, start));
        move_through_stages(world, ledger, filling);
    }
    for (auto _ : state) {
        world.run(ledger.record(shelf.next_calls(state), {}, start));
        move_through_stages(world, ledger, batch);
        benchmark::DoNotOptimize(world.run(ledger.histories({"501", "502", "503"})));
        benchmark::DoNotOptimize(world.run(ledger.next_due()));
    }
    report(state, batch, ledger_bound_us);
}

/// Filled once, for all benchmarks that read it.
Shelf& a_million_calls() {
    static Shelf shelf;
    for (; shelf.made < 1'000'000; shelf.made += filling) {
        shelf.world.run(shelf.ledger.record(new_calls(shelf.made, filling), {}, start));
        move_through_stages(shelf.world, shelf.ledger, filling);
    }
    return shelf;
}

void search_for(benchmark::State& state, const char* text) {
    auto& shelf = a_million_calls();
    ledger::Selection selection;
    selection.text = text;
    for (auto _ : state) {
        benchmark::DoNotOptimize(shelf.world.run(shelf.ledger.list(selection)));
    }
}

// A run's part while people search all the time, on another thread as in the service.
void ledger_is_searched_during_a_run(benchmark::State& state) {
    auto& shelf = a_million_calls();
    const std::jthread people{[&](const std::stop_token& stop) {
        sim::World world{1, start};
        sim::Workbench workbench{world};
        ledger::Ledger ledger{ledger::backend_at(shelf.file.path()), ledger::Scope{}, workbench,
                              start};
        ledger::Selection selection;
        selection.text = "nobody at all";
        while (!stop.stop_requested()) world.run(ledger.list(selection));
    }};
    for (auto _ : state) {
        shelf.world.run(shelf.ledger.record(shelf.next_calls(state), {}, start));
        move_through_stages(shelf.world, shelf.ledger, batch);
    }
    report(state, batch, ledger_bound_us);
}

// The cost of every later run of the same window: all calls are known.
void ledger_recognises_100_known_calls(benchmark::State& state) {
    Shelf shelf;
    auto& [file, world, workbench, ledger, made] = shelf;
    const auto calls = new_calls(0);
    for (auto _ : state) world.run(ledger.record(calls, {}, start));
    report(state, batch, ledger_bound_us);
}

BENCHMARK(ledger_moves_100_calls_through_all_stages)->UseRealTime();
BENCHMARK(ledger_has_grown)->Arg(10'000)->Arg(1'000'000)->Iterations(30)->UseRealTime();
BENCHMARK_CAPTURE(search_for, nobody, "nobody at all")->Iterations(3)->UseRealTime();
BENCHMARK_CAPTURE(search_for, one_call, "c_500123")->Iterations(3)->UseRealTime();
BENCHMARK_CAPTURE(search_for, a_caller, "571 800 5123")->Iterations(3)->UseRealTime();
BENCHMARK_CAPTURE(search_for, everybody, "jane")->Iterations(3)->UseRealTime();
BENCHMARK_CAPTURE(search_for, two_letters, "zq")->Iterations(3)->UseRealTime();
BENCHMARK(ledger_is_searched_during_a_run)->Iterations(30)->UseRealTime();
BENCHMARK(ledger_recognises_100_known_calls)->UseRealTime();

}  // namespace
}  // namespace ringbridge::bench
