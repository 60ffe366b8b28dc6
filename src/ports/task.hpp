// The one coroutine type. Asio's, so that the same code runs on a real loop and in the simulator.
#pragma once

#include <asio/awaitable.hpp>

namespace ringbridge {

template <class T = void>
using Task = asio::awaitable<T>;

}  // namespace ringbridge
