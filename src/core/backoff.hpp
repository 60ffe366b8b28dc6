// How long to wait before the n-th try.
#pragma once

#include "core/time.hpp"

namespace ringbridge {

/// `first`, doubled for each earlier try up to `longest`, with the upper quarter left to chance so
/// that those who failed together do not come back together. `attempt` counts from 0.
Milliseconds backoff(int attempt, Milliseconds first, Milliseconds longest, std::uint64_t chance);

}  // namespace ringbridge
