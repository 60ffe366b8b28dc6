#include "bridge/first_wait.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <string>

namespace ringbridge::bridge {

Milliseconds first_wait(std::string_view bridge, int bridges, Milliseconds interval) {
    constexpr Milliseconds apart{20};
    constexpr int places = 0x10000;
    // Names that differ only in their last letters differ in the last digits of their hashes.
    const auto place = std::stoi(stable_hash(bridge).substr(12), nullptr, 16);
    return std::min(apart * (bridges - 1), interval) * place / places;
}

}  // namespace ringbridge::bridge
