// How long to wait before the nth attempt.
#pragma once

#include "core/time.hpp"

namespace ringbridge {

/// Exponential backoff from `first` up to `longest`, less up to a quarter of random jitter, so that
/// clients that failed together do not retry together. `attempt` counts from 0.
Milliseconds backoff(int attempt, Milliseconds first, Milliseconds longest, std::uint64_t random);

}  // namespace ringbridge
