// Runs coroutines from plain functions such as main().
#pragma once

#include "ports/task.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <exception>
#include <optional>

namespace ringbridge::cli {

/// Runs the loop until the task has ended; returns or throws what the task did. Nothing: the loop
/// was stopped before.
template <class T>
std::optional<T> wait_unless_stopped(asio::io_context& loop, Task<T> task) {
    std::optional<T> result;
    std::exception_ptr failure;
    asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown, T value) {
        failure = thrown;
        result = std::move(value);
        loop.stop();
    });
    loop.restart();
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return result;
}

/// The same where nothing else stops the loop; anything that does is a bug.
template <class T>
T wait_for(asio::io_context& loop, Task<T> task) {
    auto result = wait_unless_stopped(loop, std::move(task));
    if (!result) std::terminate();
    return std::move(*result);
}

/// For work that lasts as long as the loop: what it throws ends the loop and leaves `run`.
inline void rethrow(std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace ringbridge::cli
