// Of a server's long bodies, which strangers may send: how many came, and what became of them.
#pragma once

#include <cstdint>

namespace ringbridge {

/// A body that was begun and is in no other count still arrives, or was never finished.
struct BodyCounts {
    std::uint64_t begun = 0;
    std::uint64_t whole = 0;
    std::uint64_t too_long = 0;
    std::uint64_t cut_off = 0;  ///< too much arrived at once
};

}  // namespace ringbridge
