#include "runtime/ledger_thread.hpp"

#include <asio.hpp>

#include <exception>

namespace ringbridge::runtime {
namespace {

std::exception_ptr outcome_of(const std::function<void()>& work) {
    try {
        work();
        return nullptr;
    } catch (...) {
        return std::current_exception();
    }
}

}  // namespace

void LedgerThread::finish() { thread_.join(); }

void LedgerThread::post(std::function<void()> work) { asio::post(thread_, std::move(work)); }

Task<> LedgerThread::run(std::function<void()> work) {
    const auto begin = [this](auto handler, std::function<void()> queued) {
        // Tracked, so that a loop with nothing else to do waits for the result.
        auto caller = asio::prefer(asio::get_associated_executor(handler),
                                   asio::execution::outstanding_work.tracked);
        asio::post(thread_, [handler = std::move(handler), caller = std::move(caller),
                             queued = std::move(queued)]() mutable {
            auto outcome = outcome_of(queued);
            asio::post(caller,
                       [handler = std::move(handler), outcome = std::move(outcome)]() mutable {
                           std::move(handler)(std::move(outcome));
                       });
        });
    };
    co_await asio::async_initiate<decltype(asio::use_awaitable), void(std::exception_ptr)>(
        begin, asio::use_awaitable, std::move(work));
}

}  // namespace ringbridge::runtime
