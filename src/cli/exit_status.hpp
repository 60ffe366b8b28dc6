// The program's exit statuses.
#pragma once

#include "bridge/report.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace ringbridge::cli {

enum ExitStatus : int {
    done = 0,
    some_calls_failed = 1,
    wrong_usage = 2,
    credentials_refused = 3,
    already_running = 4,
    out_of_reach = 5,
    cannot_start = 6
};

inline constexpr std::array<std::pair<ExitStatus, std::string_view>, 7> exit_statuses{{
    {done, "done"},
    {some_calls_failed,
     "done, but some calls failed or duplicates are left; they are listed and will be retried; or "
     "HubSpot refused a call, which now needs a person; or `learn` left something to you"},
    {wrong_usage, "wrong usage or settings"},
    {credentials_refused, "credentials refused, or the wrong portal"},
    {already_running, "another run holds the lock"},
    {out_of_reach, "the receptionist, HubSpot or the ledger's database is unreachable"},
    {cannot_start,
     "cannot start now: the port is taken, the ledger locked, its folder missing or the disk full; "
     "a later start may succeed"},
}};

constexpr ExitStatus status_of(bridge::Ending ending) {
    switch (ending) {
        case bridge::Ending::credentials_refused:
            return credentials_refused;
        case bridge::Ending::out_of_reach:
            return out_of_reach;
        case bridge::Ending::stopped:
            return some_calls_failed;
        case bridge::Ending::done:
            break;
    }
    return done;
}

}  // namespace ringbridge::cli
