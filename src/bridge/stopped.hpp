// Work that may end before it is done: the errors that only a person or time can resolve, as a
// value for those who report it.
#pragma once

#include "bridge/report.hpp"
#include "core/stop.hpp"
#include "ports/task.hpp"

#include <expected>
#include <string>
#include <type_traits>
#include <utility>

namespace ringbridge::bridge {

/// How work ended that was not done, and why.
struct Stopped {
    Ending ending;
    std::string why;
    bool by_ledger = false;  ///< what was under way may not have been saved
};

/// The result of `work`, or what stopped it. Any other exception is a bug of ours, and passes.
template <class T>
Task<std::expected<T, Stopped>> until_stopped(Task<T> work) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(work);
            co_return std::expected<T, Stopped>{};
        } else {
            co_return co_await std::move(work);
        }
    } catch (const CredentialsRefused& refused) {
        co_return std::unexpected{Stopped{Ending::credentials_refused, refused.what()}};
    } catch (const LedgerOutOfReach& away) {
        co_return std::unexpected{Stopped{Ending::out_of_reach, away.what(), true}};
    } catch (const OutOfReach& away) {
        co_return std::unexpected{Stopped{Ending::out_of_reach, away.what()}};
    } catch (const StopAsked& asked) {
        co_return std::unexpected{Stopped{Ending::stopped, asked.what()}};
    }
}

}  // namespace ringbridge::bridge
