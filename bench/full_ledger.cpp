// Writes a ledger file with CALLS calls of the last year, for benchmarks that read it.
//
//   full_ledger FILE CALLS
#include "ledger/backends.hpp"
#include "ledger/ledger.hpp"
#include "sim/world/world.hpp"
#include "tests/flow/town.hpp"

#include <iostream>

namespace ringbridge::bench {
namespace {

constexpr int at_once = 1'000;
constexpr int callers = 9'973;

std::vector<Call> calls_from(int first, int all, UtcTime now) {
    const Milliseconds apart = std::chrono::hours{24 * 365} / all;
    std::vector<Call> calls;
    for (int i = first; i < std::min(first + at_once, all); ++i) {
        calls.push_back({.id = CallId{"c_" + std::to_string(i)},
                         .called_at = now - (all - i) * apart,
                         .caller_phone = "+1571" + std::to_string(5'000'000 + i % callers),
                         .caller_name = "Ada Nr" + std::to_string(i),
                         .summary = std::string(200, 's'),
                         .transcript = std::string(2'000, 't')});
    }
    return calls;
}

// One in a hundred waits for a person.
void settle(std::vector<ledger::Entry>& entries) {
    for (auto& entry : entries) {
        const auto i = std::stoi(entry.call.id.text.substr(2));
        const bool parked = i % 100 == 0;
        entry.stage = parked ? ledger::Stage::parked : ledger::Stage::done;
        if (parked) entry.reason = "the caller withheld the number";
        entry.contact_id = ContactId{std::to_string(500 + i % callers)};
        entry.activity_id = ActivityId{"a_" + std::to_string(i)};
        entry.phone = {entry.call.caller_phone, ""};
        entry.synced_at = entry.call.called_at + std::chrono::minutes{2};
    }
}

void fill(const std::string& path, int all) {
    const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    sim::World world{1, now};
    sim::Workbench workbench{world};
    ledger::Ledger ledger{ledger::backend_at(path), ledger::Scope{}, workbench, now};
    for (int first = 0; first < all; first += at_once) {
        world.run(ledger.record(calls_from(first, all, now), {}, now));
        auto entries = world.run(ledger.due(now, at_once));
        settle(entries);
        world.run(ledger.save(std::move(entries)));
    }
}

}  // namespace
}  // namespace ringbridge::bench

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: full_ledger FILE CALLS\n";
        return 2;
    }
    ringbridge::bench::fill(argv[1], std::stoi(argv[2]));
}
