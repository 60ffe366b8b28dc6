// Random streams that are the same on every machine and independent of each other: without one
// disturber, the others still do what they did.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <string_view>

namespace ringbridge::simulation {

/// splitmix64: small, portable, good enough for simulation.
class SeededRandom {
  public:
    SeededRandom(std::uint64_t seed, std::string_view stream) : state_{seed} {
        for (const char letter : stream) {
            state_ = next() ^ static_cast<unsigned char>(letter);
        }
    }

    std::uint64_t next() {
        auto mixed = (state_ += 0x9E37'79B9'7F4A'7C15U);
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EBU;
        return mixed ^ (mixed >> 31U);
    }
    std::uint64_t below(std::uint64_t end) { return next() % end; }
    bool happens(std::uint64_t per_mille) { return below(1000) < per_mille; }
    int between(int first, int last) {
        return first + static_cast<int>(below(static_cast<std::uint64_t>(last - first + 1)));
    }
    Milliseconds between(Milliseconds first, Milliseconds last) {
        return first + Milliseconds{below(static_cast<std::uint64_t>((last - first).count() + 1))};
    }
    template <class Choices>
    const auto& pick(const Choices& choices) {
        return choices[below(std::size(choices))];
    }

  private:
    std::uint64_t state_;
};

}  // namespace ringbridge::simulation
