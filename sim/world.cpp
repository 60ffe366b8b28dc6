#include "sim/world.hpp"

#include "core/check.hpp"
#include "core/url.hpp"

#include <asio/associated_cancellation_slot.hpp>
#include <asio/async_result.hpp>
#include <asio/use_awaitable.hpp>

namespace ringbridge::sim {

World::World(std::uint64_t seed, UtcTime start) : dice_{seed}, now_{start} {}

World::~World() {
    // A dying coroutine may post or cancel another: until nothing new appears.
    while (!ready_.empty() || !sleeping_.empty()) {
        const auto ready = std::move(ready_);
        const auto sleeping = std::move(sleeping_);
        ready_.clear();
        sleeping_.clear();
    }
    shutdown();
    destroy();
}

World::Executor World::executor() { return Executor{*this}; }

Task<> World::sleep_until(UtcTime moment) {
    auto start = [this, moment](auto handler) {
        const auto key = std::pair{std::max(moment, now_), timers_++};
        if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
            slot.assign([this, key](asio::cancellation_type) {
                auto timer = sleeping_.extract(key);
                if (timer.empty()) return;
                ready_.push_back([wake = std::move(timer.mapped())]() mutable {
                    wake(asio::error::operation_aborted);
                });
            });
        }
        sleeping_.emplace(key, [handler = std::move(handler)](std::error_code how) mutable {
            auto slot = asio::get_associated_cancellation_slot(handler);
            if (slot.is_connected()) slot.clear();
            std::move(handler)(how);
        });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::error_code)>(
        start, asio::use_awaitable);
}

void World::run(Task<> task) {
    std::exception_ptr failure;
    bool done = false;
    asio::co_spawn(executor(), std::move(task), [&](std::exception_ptr error) {
        failure = error;
        done = true;
    });
    run_until(done);
    if (failure) std::rethrow_exception(failure);
}

bool World::step() {
    if (!ready_.empty()) {
        const auto chosen = dice_() % ready_.size();
        auto job = std::move(ready_[chosen]);
        ready_.erase(ready_.begin() + static_cast<std::ptrdiff_t>(chosen));
        job();
        return true;
    }
    if (sleeping_.empty()) return false;
    const auto next = sleeping_.begin();
    now_ = next->first.first;
    ready_.push_back([wake = std::move(next->second)]() mutable { wake({}); });
    sleeping_.erase(next);
    return true;
}

void World::run_until(const bool& done) {
    while (!done) check(step(), "something in this world waits and nothing will ever wake it");
}

Task<std::expected<HttpResponse, Lost>> Network::fetch(HttpRequest request) {
    constexpr Milliseconds one_way{20};
    const auto deadline = world_.now() + request.timeout;
    const auto host = hosts_.find(origin_of(request.url));
    const auto fate = fates_ ? fates_(request) : Fate::pass;
    if (host == hosts_.end()) co_return std::unexpected{Lost{false, "no such host"}};
    co_await world_.sleep(one_way);
    if (fate == Fate::lose_request) co_return std::unexpected{Lost{true, "connection reset"}};
    if (fate == Fate::hang) {
        co_await world_.sleep_until(deadline);
        co_return std::unexpected{Lost{true, "no answer in time"}};
    }
    auto response = host->second(request, world_.now());
    co_await world_.sleep(one_way);
    if (fate == Fate::lose_answer) co_return std::unexpected{Lost{true, "connection reset"}};
    if (tap_) tap_(request, response);
    co_return response;
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
