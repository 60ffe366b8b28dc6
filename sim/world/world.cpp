#include "sim/world/world.hpp"

#include "core/check.hpp"

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>

namespace ringbridge::sim {
namespace {

template <class Handler>
ProcessId process_of(const Handler& handler) {
    const asio::any_io_executor executor = asio::get_associated_executor(handler);
    const auto* ours = executor.target<World::Executor>();
    check(ours != nullptr, "a coroutine of another loop waits for this world's clock");
    return ours->process();
}

}  // namespace

World::World(std::uint64_t seed, UtcTime start) : random_{seed}, now_{start} {}

World::~World() {
    // A dying coroutine may post or cancel another: repeat until nothing new appears.
    while (!ready_.empty() || !sleeping_.empty() || !held_back_.empty()) {
        const auto ready = std::move(ready_);
        const auto sleeping = std::move(sleeping_);
        const auto held_back = std::move(held_back_);
        ready_.clear();
        sleeping_.clear();
        held_back_.clear();
    }
    shutdown();
    destroy();
}

World::Executor World::executor(ProcessId process) { return {*this, process}; }

Task<> World::sleep_until(SteadyTime moment) {
    auto start = [this, moment](auto handler) {
        const auto process = process_of(handler);
        const auto key = std::pair{std::max(UtcTime{moment.time_since_epoch()}, now_), timers_++};
        if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
            slot.assign([this, key](asio::cancellation_type) {
                auto timer = sleeping_.extract(key);
                if (timer.empty()) return;
                post(timer.mapped().process, [wake = std::move(timer.mapped().wake)]() mutable {
                    wake(asio::error::operation_aborted);
                });
            });
        }
        auto wake = [handler = std::move(handler)](std::error_code how) mutable {
            auto slot = asio::get_associated_cancellation_slot(handler);
            if (slot.is_connected()) slot.clear();
            std::move(handler)(how);
        };
        sleeping_.emplace(key, Sleeper{process, std::move(wake)});
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::error_code)>(
        start, asio::use_awaitable);
}

void World::at(UtcTime moment, Job job) {
    sleeping_.emplace(
        std::pair{std::max(moment, now_), timers_++},
        Sleeper{the_world, [job = std::move(job)](std::error_code) mutable { job(); }});
}

void World::run(Task<> task) {
    std::exception_ptr failure;
    bool done = false;
    asio::co_spawn(executor(), std::move(task), [&](std::exception_ptr error) {
        failure = error;
        done = true;
    });
    finish(done);
    if (failure) std::rethrow_exception(failure);
}

void World::run_until(UtcTime moment) {
    for (;;) {
        while (!ready_.empty()) run_one();
        if (sleeping_.empty() || sleeping_.begin()->first.first > moment) break;
        wake_next();
    }
    now_ = std::max(now_, moment);
}

void World::run_one() {
    const auto chosen = random_() % ready_.size();
    auto [process, job] = std::move(ready_[chosen]);
    ready_.erase(ready_.begin() + static_cast<std::ptrdiff_t>(chosen));
    if (watcher_ && !frozen_.contains(process)) watcher_(process);
    if (dead_.contains(process)) {
        // The watcher killed it while this job was in no list.
        job = nullptr;
        kill(process);
    } else if (frozen_.contains(process)) {
        held_back_.push_back({process, std::move(job)});
    } else {
        job();
    }
}

void World::thaw(ProcessId process) {
    frozen_.erase(process);
    for (auto& one : held_back_) {
        if (one.process == process) ready_.push_back(std::move(one));
    }
    std::erase_if(held_back_, [&](const Ready& one) { return one.process == process; });
}

bool World::wake_next() {
    if (sleeping_.empty()) return false;
    const auto next = sleeping_.begin();
    now_ = next->first.first;
    post(next->second.process, [wake = std::move(next->second.wake)]() mutable { wake({}); });
    sleeping_.erase(next);
    return true;
}

void World::finish(const bool& done) {
    while (!done) {
        if (!ready_.empty()) {
            run_one();
        } else {
            check(wake_next(), "something in this world waits and nothing will wake it");
        }
    }
}

void World::kill(ProcessId process) {
    check(process != the_world, "the world cannot be killed");
    dead_.insert(process);
    thaw(process);
    // Asio unwinds a dying frame through its executor: repeat until nothing new appears.
    for (bool found = true; found;) {
        std::vector<Ready> jobs;
        std::vector<Sleeper> sleepers;
        std::erase_if(ready_, [&](Ready& one) {
            if (one.process != process) return false;
            jobs.push_back(std::move(one));
            return true;
        });
        for (auto timer = sleeping_.begin(); timer != sleeping_.end();) {
            const auto here = timer++;
            if (here->second.process == process) {
                sleepers.push_back(std::move(sleeping_.extract(here).mapped()));
            }
        }
        found = !jobs.empty() || !sleepers.empty();
    }
}

Task<> Workbench::run(std::function<void()> work) {
    co_await world_.sleep(Milliseconds{1});
    work();
    co_await world_.sleep(Milliseconds{1});
}

void Notebook::write(Level level, std::string_view event, Fields fields) {
    lines.push_back({level, std::string{event}, std::move(fields)});
}

}  // namespace ringbridge::sim
