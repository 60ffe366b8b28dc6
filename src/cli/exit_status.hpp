// What the program's exit status tells a script.
#pragma once

namespace ringbridge::cli {

enum ExitStatus : int {
    done = 0,
    some_calls_failed = 1,
    wrong_usage = 2,
    credentials_refused = 3,
    already_running = 4,
    out_of_reach = 5
};

}  // namespace ringbridge::cli
