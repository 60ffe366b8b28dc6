// Runs one coroutine on a loop until it has ended, for tests of what lives on a real loop.
#pragma once

#include "ports/task.hpp"

#include <asio.hpp>

#include <exception>
#include <future>
#include <stdexcept>

namespace ringbridge::runtime {

template <class T>
T await(asio::io_context& loop, Task<T> task) {
    // Not asio::use_future: it may be fulfilled on one of Asio's own threads.
    std::promise<T> promise;
    bool ended = false;
    const auto end = [&](std::exception_ptr failed, auto&&... result) {
        ended = true;
        if (failed) {
            promise.set_exception(failed);
        } else {
            promise.set_value(std::forward<decltype(result)>(result)...);
        }
    };
    asio::co_spawn(loop, std::move(task), end);
    loop.restart();  // it may have run out of work before
    while (!ended) {
        if (loop.run_one() == 0) throw std::logic_error{"the loop ended before the coroutine"};
    }
    return promise.get_future().get();
}

/// For coroutines that serve until their sockets are closed under them.
inline void ignore_end(std::exception_ptr) {}

}  // namespace ringbridge::runtime
