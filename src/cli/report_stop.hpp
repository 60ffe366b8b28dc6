// What a command does that was stopped before it was done: it says why, and exits accordingly.
#pragma once

#include "bridge/stopped.hpp"
#include "cli/exit_status.hpp"

#include <iostream>

namespace ringbridge::cli {

inline int report_stop(const bridge::Stopped& stopped) {
    std::cerr << stopped.why << '\n';
    return status_of(stopped.ending);
}

}  // namespace ringbridge::cli
