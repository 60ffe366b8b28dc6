// For whoever reads or writes a world's ledger from outside its processes: over before anything
// else happens.
#pragma once

#include "ports/database.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <optional>
#include <utility>

namespace ringbridge::simulation {

class AtOnce final : public Database {
  public:
    Task<> run(std::function<void()> work) override {
        work();
        co_return;
    }
};

template <class T>
T at_once(Task<T> task) {
    asio::io_context loop;
    std::optional<T> result;
    asio::co_spawn(loop, std::move(task), [&](std::exception_ptr failed, T value) {
        if (failed) std::rethrow_exception(failed);
        result = std::move(value);
    });
    loop.run();
    return std::move(result.value());
}

}  // namespace ringbridge::simulation
