// A world with its own time: coroutines run on an executor that picks the next ready job at random
// and jumps to the next deadline when none is ready. A day of waiting costs milliseconds, and the
// same seed gives the same history.
//
// Every job belongs to a process, and a process can be killed between any two jobs: its frames are
// gone, nothing of it runs again, and what it had sent is still in transit. It can be frozen too:
// then it goes on later as if no time had passed. Process 0 is the world itself.
//
// `io_context` cannot do this: it arms a real timer for every virtual one
// (docs/internals/architecture.md).
#pragma once

#include "ports/clock.hpp"
#include "ports/database.hpp"
#include "ports/log.hpp"
#include "ports/random.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/execution.hpp>
#include <asio/execution_context.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::sim {

using ProcessId = std::uint32_t;
inline constexpr ProcessId the_world = 0;

class World final : public asio::execution_context, public Clock, public Random {
  public:
    class Executor;
    using Job = std::move_only_function<void()>;

    explicit World(std::uint64_t seed, UtcTime start);
    ~World() override;

    Executor executor(ProcessId process = the_world);
    UtcTime now() const override { return now_; }
    /// The world's own time: only a machine's clock can be wrong about the date.
    SteadyTime steady() const override { return SteadyTime{now_.time_since_epoch()}; }
    Task<> sleep_until(SteadyTime moment) override;
    std::uint64_t roll() override { return random_(); }

    /// Runs `task` to its end, and whatever it started meanwhile. Rethrows what it throws. Aborts
    /// on a deadlock: a wait that nothing will end.
    template <class T>
    T run(Task<T> task);
    void run(Task<> task);
    /// Lets time pass and runs everything due.
    void run_until(UtcTime moment);

    void post(ProcessId process, Job job) { ready_.push_back({process, std::move(job)}); }
    /// Runs as the world itself, at a future moment.
    void at(UtcTime moment, Job job);

    /// Sees each job before it runs, by its process, and may kill that process.
    void set_watcher(std::function<void(ProcessId)> watcher) { watcher_ = std::move(watcher); }
    /// Must not be called from a job of that process.
    void kill(ProcessId process);
    /// From now on nothing of that process runs, as after SIGSTOP, until `thaw`.
    void freeze(ProcessId process) { frozen_.insert(process); }
    void thaw(ProcessId process);

  private:
    struct Ready {
        ProcessId process;
        Job job;
    };
    struct Sleeper {
        ProcessId process;
        std::move_only_function<void(std::error_code)> wake;
    };
    void run_one();
    bool wake_next();
    void finish(const bool& done);

    std::mt19937_64 random_;
    UtcTime now_;
    std::vector<Ready> ready_;
    std::uint64_t timers_ = 0;
    std::map<std::pair<UtcTime, std::uint64_t>, Sleeper> sleeping_;
    std::function<void(ProcessId)> watcher_;
    std::set<ProcessId> dead_, frozen_;
    std::vector<Ready> held_back_;  ///< of the frozen
};

class World::Executor {
  public:
    Executor(World& world, ProcessId process) : world_{&world}, process_{process} {}

    template <class F>
    void execute(F&& job) const {
        world_->post(process_, std::forward<F>(job));
    }
    bool operator==(const Executor&) const noexcept = default;
    ProcessId process() const { return process_; }

    World& query(asio::execution::context_t) const noexcept { return *world_; }
    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
        return asio::execution::blocking.never;
    }
    Executor require(asio::execution::blocking_t::never_t) const { return *this; }

  private:
    World* world_;
    ProcessId process_;
};

/// The clocks of a machine in a world: its wall clock may be set to any time.
class MachineClock final : public Clock {
  public:
    explicit MachineClock(World& world) : world_{world} {}
    UtcTime now() const override { return world_.now() + ahead_; }
    SteadyTime steady() const override { return world_.steady(); }
    Task<> sleep_until(SteadyTime moment) override { return world_.sleep_until(moment); }

    /// From now on it is ahead of the true time by this much, or behind.
    void set_ahead(Milliseconds ahead) { ahead_ = ahead; }

  private:
    World& world_;
    Milliseconds ahead_{0};
};

/// Database work in a world: a wait, the work, a wait.
class Workbench final : public Database {
  public:
    explicit Workbench(World& world) : world_{world} {}
    Task<> run(std::function<void()> work) override;
    void post(std::function<void()> work) override { work(); }

  private:
    World& world_;
};

/// Remembers what was logged.
class Notebook final : public Log {
  public:
    void write(Level level, std::string_view event, Fields fields) override;

    struct Line {
        Level level;
        std::string event;
        Fields fields;
    };
    std::vector<Line> lines;
};

template <class T>
T World::run(Task<T> task) {
    std::optional<T> result;
    std::exception_ptr failure;
    bool done = false;
    asio::co_spawn(executor(), std::move(task), [&](std::exception_ptr error, T value) {
        failure = error;
        result = std::move(value);
        done = true;
    });
    finish(done);
    if (failure || !result) std::rethrow_exception(failure);
    return std::move(*result);
}

}  // namespace ringbridge::sim
