// The only source of randomness: jitter, run ids, trace ids.
#pragma once

#include <cstdint>

namespace ringbridge {

class Random {
  public:
    virtual ~Random() = default;
    virtual std::uint64_t roll() = 0;
};

}  // namespace ringbridge
