// The ledger on a real file. Wall time: what counts is the disk that must confirm each step.
#include "bench/bounds.hpp"
#include "ledger/ledger.hpp"
#include "tests/town.hpp"

namespace ringbridge::bench {
namespace {

constexpr int batch = 100;
const UtcTime start = *parse_utc("2026-11-23T09:00:00Z");

std::vector<Call> new_calls(int first) {
    std::vector<Call> calls;
    for (int i = 0; i < batch; ++i) {
        calls.push_back({.id = "c_" + std::to_string(first + i),
                         .called_at = start + std::chrono::seconds{first + i},
                         .caller_phone = "(571) 830-8515",
                         .caller_name = "Jane Doe",
                         .summary = std::string(200, 's'),
                         .transcript = std::string(4'000, 't')});
    }
    return calls;
}

// A hundred calls taken in, found due, and moved along the line as a run moves them: matched,
// writing, written, done.
void ledger_takes_100_calls_along_the_line(benchmark::State& state) {
    const tests::ScratchFile file;
    sim::World world{1, start};
    sim::Workbench workbench{world};
    ledger::Ledger ledger{file.path(), ledger::Scope{}, workbench, start};
    int made = 0;
    for (auto _ : state) {
        state.PauseTiming();
        auto calls = new_calls(made);
        made += batch;
        state.ResumeTiming();
        world.run(ledger.record(std::move(calls), {}, start));
        auto entries = world.run(ledger.due(start, batch));
        using ledger::Stage;
        for (const auto stage : {Stage::matched, Stage::writing, Stage::written, Stage::done}) {
            for (auto& entry : entries) {
                entry.stage = stage;
                entry.contact_id = "501";
                if (stage == Stage::written) entry.activity_id = "a_" + entry.call.id;
            }
            world.run(ledger.save(entries));
        }
    }
    report(state, batch, ledger_bound_us);
}

// What every later run of the same window costs: all is known already.
void ledger_recognises_100_known_calls(benchmark::State& state) {
    const tests::ScratchFile file;
    sim::World world{1, start};
    sim::Workbench workbench{world};
    ledger::Ledger ledger{file.path(), ledger::Scope{}, workbench, start};
    const auto calls = new_calls(0);
    for (auto _ : state) world.run(ledger.record(calls, {}, start));
    report(state, batch, ledger_bound_us);
}

BENCHMARK(ledger_takes_100_calls_along_the_line)->UseRealTime();
BENCHMARK(ledger_recognises_100_known_calls)->UseRealTime();

}  // namespace
}  // namespace ringbridge::bench
