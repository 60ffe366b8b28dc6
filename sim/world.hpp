// A world with its own time: coroutines run on an executor that picks the next ready job by the
// dice and jumps to the next deadline when none is ready. A day of waiting costs milliseconds, and
// the same seed gives the same history.
//
// `io_context` cannot do this: it arms a real timer for every virtual one (docs/architecture.md).
#pragma once

#include "ports/clock.hpp"
#include "ports/database.hpp"
#include "ports/dice.hpp"
#include "ports/http.hpp"
#include "ports/log.hpp"

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
#include <string>
#include <vector>

namespace ringbridge::sim {

class World final : public asio::execution_context, public Clock, public Dice {
  public:
    class Executor;

    explicit World(std::uint64_t seed, UtcTime start);
    ~World() override;

    Executor executor();
    UtcTime now() const override { return now_; }
    Task<> sleep_until(UtcTime moment) override;
    std::uint64_t roll() override { return dice_(); }

    /// Runs `task` to its end, and whatever it started for as long as that takes. What it throws
    /// comes out. Aborts where nothing can ever go on: a wait without end.
    template <class T>
    T run(Task<T> task);
    void run(Task<> task);

    void post(std::move_only_function<void()> job) { ready_.push_back(std::move(job)); }

  private:
    bool step();
    void run_until(const bool& done);

    std::mt19937_64 dice_;
    UtcTime now_;
    std::vector<std::move_only_function<void()>> ready_;
    std::uint64_t timers_ = 0;
    std::map<std::pair<UtcTime, std::uint64_t>, std::move_only_function<void(std::error_code)>>
        sleeping_;
};

class World::Executor {
  public:
    explicit Executor(World& world) : world_{&world} {}

    template <class F>
    void execute(F&& job) const {
        world_->post(std::forward<F>(job));
    }
    bool operator==(const Executor&) const noexcept = default;

    World& query(asio::execution::context_t) const noexcept { return *world_; }
    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
        return asio::execution::blocking.never;
    }
    Executor require(asio::execution::blocking_t::never_t) const { return *this; }

  private:
    World* world_;
};

/// The network of a world: hosts that answer, and what may happen on the way.
class Network final : public Http {
  public:
    using Host = std::function<HttpResponse(const HttpRequest&, UtcTime)>;
    /// What happens to a request to a host. `lose_answer`: the host acts, nobody hears of it.
    enum class Fate { pass, lose_request, lose_answer, hang };
    using Fates = std::function<Fate(const HttpRequest&)>;

    explicit Network(World& world) : world_{world} {}

    void mount(std::string origin, Host host) { hosts_[std::move(origin)] = std::move(host); }
    void set_fates(Fates fates) { fates_ = std::move(fates); }
    /// Sees every exchange that came to an end.
    void set_tap(std::function<void(const HttpRequest&, const HttpResponse&)> tap) {
        tap_ = std::move(tap);
    }
    Task<std::expected<HttpResponse, Lost>> fetch(HttpRequest request) override;

  private:
    World& world_;
    std::map<std::string, Host> hosts_;
    Fates fates_;
    std::function<void(const HttpRequest&, const HttpResponse&)> tap_;
};

/// Ledger work in a world: a wait, the work, a wait.
class Workbench final : public Database {
  public:
    explicit Workbench(World& world) : world_{world} {}
    Task<> run(std::function<void()> work) override;

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
    run_until(done);
    if (failure || !result) std::rethrow_exception(failure);
    return std::move(*result);
}

}  // namespace ringbridge::sim
