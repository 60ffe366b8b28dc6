// The same calls through the ledger in an SQLite file and in a real PostgreSQL beside it, both on
// this machine's disk: calls per second, and CPU of the program and of the server per call.
//
//   build/release/two_ledgers [CALLS]
#include "ledger/backends.hpp"
#include "ledger/ledger.hpp"
#include "sim/world/world.hpp"
#include "tests/flow/scratch_file.hpp"
#include "tests/postgres/server.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <sys/resource.h>

namespace ringbridge::bench {
namespace {

using namespace std::chrono_literals;
using ledger::Stage;

constexpr int batch = 100;
const UtcTime start = *parse_utc("2026-11-23T09:00:00Z");

std::vector<Call> new_calls(int first) {
    std::vector<Call> calls;
    for (int i = first; i < first + batch; ++i) {
        calls.push_back({.id = CallId{"c_" + std::to_string(i)},
                         .called_at = start - 24h + std::chrono::seconds{i},
                         .caller_phone = "(571) " + std::to_string(8'000'000 + i % 9'973),
                         .caller_name = "Jane Nr" + std::to_string(i % 9'973),
                         .summary = std::string(200, 's'),
                         .transcript = std::string(4'000, 't')});
    }
    return calls;
}

// As a run takes a page of calls: recorded, matched, written, stamped.
void carry(sim::World& world, ledger::Ledger& ledger, int first) {
    world.run(ledger.record(new_calls(first), {}, start));
    auto entries = world.run(ledger.due(start, batch));
    std::map<ContactId, int> contacts;
    for (const auto stage : {Stage::matched, Stage::writing, Stage::written, Stage::done}) {
        for (auto& entry : entries) {
            entry.stage = stage;
            entry.contact_id = ContactId{"5" + entry.call.id.text.substr(2)};
            contacts[entry.contact_id] = 0;
            if (stage == Stage::written) entry.activity_id = ActivityId{"a_" + entry.call.id.text};
        }
        entries = world.run(ledger.save(std::move(entries)));
        if (stage == Stage::matched) world.run(ledger.meet_contacts(contacts));
        if (stage != Stage::written) continue;
        std::set<ContactId> ids;
        for (const auto& [id, count] : contacts) ids.insert(id);
        world.run(ledger.histories(std::move(ids)));
    }
}

double cpu_ms() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto ms = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    return ms(used.ru_utime) + ms(used.ru_stime);
}

double measure(const std::string& name, const std::string& location, int calls) {
    sim::World world{1, start};
    sim::Workbench workbench{world};
    ledger::Ledger ledger{ledger::backend_at(location), {}, workbench, start};
    const auto cpu = cpu_ms();
    const auto begun = std::chrono::steady_clock::now();
    for (int first = 0; first < calls; first += batch) carry(world, ledger, first);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    const auto per_second = calls / took.count();
    std::cout << fmt::format("{:<10} {:>7.0f} calls/s  {:.3f} ms of the program's CPU a call\n",
                             name, per_second, (cpu_ms() - cpu) / calls);
    return per_second;
}

}  // namespace
}  // namespace ringbridge::bench

int main(int argc, char** argv) {
    using namespace ringbridge;
    const int calls = argc > 1 ? std::stoi(argv[1]) : 20'000;
    const tests::PostgresServer server{"fsync=on"};
    for (int round = 0; round < 2; ++round) {
        const tests::ScratchFile fresh;
        const auto sqlite = bench::measure("SQLite", fresh.path(), calls);
        const auto postgres = bench::measure(
            "PostgreSQL", server.url_of_schema("round_" + std::to_string(round)), calls);
        std::cout << fmt::format("  PostgreSQL has {:.2f} of SQLite's (bound: 0.5)\n",
                                 postgres / sqlite);
    }
}
