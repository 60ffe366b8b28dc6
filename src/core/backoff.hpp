// How long to wait before the nth attempt. Within one request to the receptionist the fixed delays
// of receptionist/exchange.cpp apply.
#pragma once

#include "core/time.hpp"

namespace ringbridge {

/// The wait before the first retry, and the longest one.
struct RetryDelays {
    Milliseconds first, longest;
};

inline constexpr RetryDelays call_retries{std::chrono::seconds{2}, std::chrono::hours{1}};
inline constexpr RetryDelays gap_retries{std::chrono::minutes{5}, std::chrono::hours{1}};
/// Within a run. HubSpot's answers may ask for longer: hubspot/answer.cpp.
inline constexpr RetryDelays hubspot_request_retries{std::chrono::seconds{1},
                                                     std::chrono::seconds{20}};
/// HubSpot may refuse for a while to merge into a contact that was just merged into.
inline constexpr RetryDelays merge_retries{std::chrono::seconds{2}, std::chrono::seconds{60}};

/// Exponential, less up to a quarter of random jitter, so that clients that failed together do not
/// retry together. `attempt` counts from 0.
Milliseconds backoff(int attempt, RetryDelays delays, std::uint64_t random);

}  // namespace ringbridge
