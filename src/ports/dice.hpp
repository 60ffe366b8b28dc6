// The only source of chance: jitter, run ids, trace ids.
#pragma once

#include <cstdint>

namespace ringbridge {

class Dice {
  public:
    virtual ~Dice() = default;
    virtual std::uint64_t roll() = 0;
};

}  // namespace ringbridge
