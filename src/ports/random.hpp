// The only source of chance: jitter, run ids, trace ids.
#pragma once

#include <cstdint>

namespace ringbridge {

class Random {
  public:
    virtual ~Random() = default;
    virtual std::uint64_t roll() = 0;
};

}  // namespace ringbridge
