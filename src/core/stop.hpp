// What ends a run, or a start: nothing that the flow could do about it, only a person or time.
#pragma once

#include <stdexcept>

namespace ringbridge {

/// A token or password is refused, lacks a scope, or belongs to another portal. Exit status 3.
struct CredentialsRefused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The other side stayed out of reach for longer than a run waits. Exit status 5.
struct OutOfReach : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Somebody wants the process to end, and the run is at a place where that costs nothing.
struct StopAsked : std::runtime_error {
    StopAsked() : std::runtime_error{"stopped when asked to; the next run goes on from here"} {}
};

/// Another run holds the lock. Exit status 4.
struct AlreadyRunning : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The settings name what this program cannot work with, however often it is started. Exit status
/// 2, which the systemd unit does not start again.
struct WrongSettings : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// In the way is what passes, or is mended without touching the settings: a port that is taken, a
/// ledger that is locked, a full disk. Exit status 6.
struct CannotStart : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace ringbridge
