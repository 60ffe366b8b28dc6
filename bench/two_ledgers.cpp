// The same calls through the ledger in an SQLite file and in a real PostgreSQL beside it, both on
// this machine's disk: calls per second, and CPU of the program and of the server per call.
//
//   ./dev bench ledgers [CALLS]
#include "ledger/backends.hpp"
#include "ledger/ledger.hpp"
#include "sim/world/world.hpp"
#include "tests/flow/scratch_file.hpp"
#include "tests/postgres/server.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

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

/// CPU of the server's processes, those that have ended included.
double server_cpu_ms(const tests::PostgresServer& server) {
    const auto postmaster = std::stol(server.run("SELECT pg_read_file('postmaster.pid')"));
    long ticks = 0;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
        if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos) {
            continue;
        }
        std::ifstream file{entry.path() / "stat"};
        std::string text{std::istreambuf_iterator{file}, {}};
        const auto name_end = text.rfind(')');
        if (name_end == std::string::npos) continue;
        // Of the words after the name: the parent is the 2nd, and CPU the 12th on: its own in user
        // and kernel, then that of its children that have ended.
        std::istringstream words{text.substr(name_end + 1)};
        const std::vector<std::string> fields{std::istream_iterator<std::string>{words}, {}};
        const bool is_postmaster = std::stol(text) == postmaster;
        if (!is_postmaster && std::stol(fields.at(1)) != postmaster) continue;
        for (const std::size_t field : {11UL, 12UL}) ticks += std::stol(fields.at(field));
        if (!is_postmaster) continue;
        for (const std::size_t field : {13UL, 14UL}) ticks += std::stol(fields.at(field));
    }
    return static_cast<double>(ticks) * 1e3 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double cpu_ms() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto ms = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    return ms(used.ru_utime) + ms(used.ru_stime);
}

double measure(const std::string& name, const std::string& location, int calls,
               const tests::PostgresServer& server) {
    const auto server_cpu = server_cpu_ms(server);
    const auto cpu = cpu_ms();
    const auto begun = std::chrono::steady_clock::now();
    {
        sim::World world{1, start};
        sim::Workbench workbench{world};
        ledger::Ledger ledger{ledger::backend_at(location), {}, workbench, start};
        for (int first = 0; first < calls; first += batch) carry(world, ledger, first);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    const auto per_second = calls / took.count();
    std::cout << fmt::format(
        "{:<10} {:>7.0f} calls/s, CPU a call: {:.3f} ms of the program, {:.3f} ms of the server\n",
        name, per_second, (cpu_ms() - cpu) / calls, (server_cpu_ms(server) - server_cpu) / calls);
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
        const auto sqlite = bench::measure("SQLite", fresh.path(), calls, server);
        const auto postgres = bench::measure(
            "PostgreSQL", server.url_of_schema("round_" + std::to_string(round)), calls, server);
        std::cout << fmt::format("  PostgreSQL has {:.2f} of SQLite's (bound: 0.5)\n",
                                 postgres / sqlite);
    }
}
