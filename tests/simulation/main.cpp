// `./dev simulate`: worlds by their seeds, a given number or as many as time allows.
#include "tests/simulation/simulation.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <mutex>
#include <sqlite3.h>
#include <thread>

namespace ringbridge::simulation {
namespace {

struct Options {
    std::uint64_t seed = 1;
    std::uint64_t worlds = 1000;
    double minutes = 0;
    int most_failures = 3;
    bool story = false, digests = false, brief = false;
    Cut cut;
    std::vector<std::string> only, with, without;
};

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

Options read_options(int argc, char** argv) {
    Options options;
    CLI::App app{"Simulated worlds, each drawn from its seed; see docs/use/what-is-promised.md"};
    app.add_option("--seed", options.seed, "the first world's seed; alone, only that world");
    app.add_option("--worlds", options.worlds, "how many worlds");
    app.add_option("--minutes", options.minutes, "stop after this long; alone, run for this long");
    app.add_option("--calls", options.cut.calls, "at most this many calls per world");
    app.add_option("--strikes", options.cut.faults, "inject at most this many faults");
    app.add_option("--only", options.only, "the disturbers, instead of drawn ones")->delimiter(',');
    app.add_option("--with", options.with, "disturbers besides those")->delimiter(',');
    app.add_option("--without", options.without, "disturbers to leave out")->delimiter(',');
    app.add_option("--failures", options.most_failures, "stop after this many broken worlds");
    app.add_flag("--story", options.story, "print what happens, line by line");
    app.add_flag("--brief", options.brief, "print only how many worlds broke a promise");
    app.add_flag("--digests", options.digests, "print only each world's seed and digest");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error) == 0 ? 0 : 2);
    }
    if (app.count("--minutes") > 0 && app.count("--worlds") == 0) {
        options.worlds = std::numeric_limits<std::uint64_t>::max() - options.seed;
    }
    if (app.count("--seed") > 0 && app.count("--worlds") + app.count("--minutes") == 0) {
        options.worlds = 1;
        options.story = !options.digests;
    }
    for (const auto& one : disturbers) {
        if (has(options.only, one.name)) options.cut.only.insert(one.disturber);
        if (has(options.with, one.name)) options.cut.with.insert(one.disturber);
        if (has(options.without, one.name)) options.cut.without.insert(one.disturber);
    }
    return options;
}

// The totals of all worlds.
struct Tally {
    std::uint64_t worlds = 0, calls = 0, requests = 0, faults = 0, relearned = 0;
    double requests_to_relearn = 0;
    std::map<Disturber, std::uint64_t> injected;
    std::map<std::string, std::uint64_t> events;
    std::map<std::uint64_t, Violation> broken;

    void add(std::uint64_t seed, const Outcome& outcome) {
        ++worlds;
        calls += static_cast<std::uint64_t>(outcome.calls);
        requests += static_cast<std::uint64_t>(outcome.requests);
        for (const auto& [disturber, times] : outcome.injected) {
            injected[disturber] += static_cast<std::uint64_t>(times);
            faults += static_cast<std::uint64_t>(times);
        }
        for (const auto& [event, times] : outcome.events) {
            events[event] += static_cast<std::uint64_t>(times);
        }
        if (outcome.violation) broken[seed] = *outcome.violation;
        if (outcome.requests_to_relearn) {
            ++relearned;
            requests_to_relearn += *outcome.requests_to_relearn;
        }
    }
};

std::string replay_command(std::uint64_t seed, const Cut& cut) {
    auto command = fmt::format("./dev simulate --seed {}", seed);
    constexpr int no_limit = std::numeric_limits<int>::max();
    if (cut.calls != no_limit) command += fmt::format(" --calls {}", cut.calls);
    if (cut.faults != no_limit) command += fmt::format(" --strikes {}", cut.faults);
    const auto name_all = [&](std::string option, const std::set<Disturber>& named) {
        for (const auto disturber : named) {
            command += std::exchange(option, ",") + std::string{name_of(disturber)};
        }
    };
    name_all(" --only ", cut.only);
    name_all(" --with ", cut.with);
    name_all(" --without ", cut.without);
    return command;
}

void print_failure(std::uint64_t seed, const Violation& violation, const Cut& cut) {
    fmt::print("seed {}: broken: {}\n  {}\n", seed, violation.promise, violation.seen);
    const auto smallest = shrink(seed, cut);
    const auto shortest = simulate(seed, smallest, true);
    for (const auto& line : shortest.story) fmt::print("    {}\n", line);
    if (shortest.violation) fmt::print("  {}\n", shortest.violation->seen);
    fmt::print("  replay: {}\n", replay_command(seed, smallest));
}

void print(const Tally& tally, double seconds) {
    fmt::print(
        "{} worlds, {} calls, {} faults injected, {} requests to HubSpot in {:.1f} s: {:.0f} "
        "worlds/s\n",
        tally.worlds, tally.calls, tally.faults, tally.requests, seconds,
        static_cast<double>(tally.worlds) / seconds);
    for (const auto& [disturber, name, what] : disturbers) {
        const auto times = tally.injected.find(disturber);
        fmt::print("  {:>9}  {:<16} {}\n", times == tally.injected.end() ? 0 : times->second, name,
                   what);
    }
    fmt::print("what the bridge logged:\n");
    for (const auto& [event, times] : tally.events) fmt::print("  {:>9}  {}\n", times, event);
    if (tally.relearned > 0) {
        fmt::print("a lost ledger relearned {} times, at {:.2f} HubSpot requests a call\n",
                   tally.relearned,
                   tally.requests_to_relearn / static_cast<double>(tally.relearned));
    }
    fmt::print("{} worlds broke a promise\n", tally.broken.size());
}

// At once, so that an interrupted run has reported it.
void announce(std::uint64_t seed, const Violation& violation, const Options& options) {
    if (options.digests || options.brief) return;
    fmt::print("seed {} broke a promise: {}\n", seed, violation.promise);
    std::fflush(stdout);
}

Tally run_worlds(const Options& options) {
    const auto begun = std::chrono::steady_clock::now();
    std::atomic<std::uint64_t> next{options.seed};
    std::mutex tally_lock;
    Tally tally;
    const auto work = [&] {
        for (;;) {
            const auto seed = next++;
            const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
            const bool late = options.minutes > 0 && passed.count() > options.minutes * 60;
            if (late || seed >= options.seed + options.worlds) return;
            const auto outcome = simulate(seed, options.cut);
            const std::scoped_lock lock{tally_lock};
            tally.add(seed, outcome);
            if (options.digests) fmt::print("{} {:016x}\n", seed, outcome.digest);
            if (outcome.violation) announce(seed, *outcome.violation, options);
            if (std::cmp_greater_equal(tally.broken.size(), options.most_failures)) return;
        }
    };
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
        workers.emplace_back(work);
    }
    workers.clear();
    return tally;
}

int run(const Options& options) {
    if (options.story) {
        const auto outcome = simulate(options.seed, options.cut, true);
        for (const auto& line : outcome.story) fmt::print("{}\n", line);
        if (outcome.violation) {
            fmt::print("broken: {}\n  {}\n", outcome.violation->promise, outcome.violation->seen);
        }
        return outcome.violation ? 1 : 0;
    }
    if (!options.digests && !options.brief) fmt::print("worlds from seed {} on\n", options.seed);
    const auto begun = std::chrono::steady_clock::now();
    const auto tally = run_worlds(options);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
    if (options.digests) return 0;
    if (options.brief) {
        fmt::print("{} of {}\n", tally.broken.size(), tally.worlds);
        return tally.broken.empty() ? 0 : 1;
    }
    for (const auto& [seed, violation] : tally.broken) print_failure(seed, violation, options.cut);
    print(tally, passed.count());
    return tally.broken.empty() ? 0 : 1;
}

}  // namespace
}  // namespace ringbridge::simulation

int main(int argc, char** argv) {
    // Otherwise all threads contend for the lock around SQLite's memory statistics.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return ringbridge::simulation::run(ringbridge::simulation::read_options(argc, argv));
}
