#include "core/backoff.hpp"

#include <algorithm>

namespace ringbridge {

Milliseconds backoff(int attempt, RetryDelays delays, std::uint64_t random) {
    auto span = delays.first;
    for (int i = 0; i < attempt && span < delays.longest; ++i) span *= 2;
    span = std::min(span, delays.longest);
    const auto quarter = static_cast<std::uint64_t>(span.count() / 4);
    return span - Milliseconds{static_cast<std::int64_t>(quarter == 0 ? 0 : random % quarter)};
}

}  // namespace ringbridge
