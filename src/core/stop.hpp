// Errors that end a run or a start: only a person or time can resolve them.
#pragma once

#include <stdexcept>

namespace ringbridge {

/// A token or password is refused, lacks a scope, or belongs to another portal. Exit status 3.
struct CredentialsRefused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The other side stayed unreachable for longer than a run waits. Exit status 5.
struct OutOfReach : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The ledger's database cannot be reached, or cannot be written at present. What was under way may
/// have been written or not: the next run continues from what the ledger then says. Exit status 5.
struct LedgerOutOfReach : OutOfReach {
    using OutOfReach::OutOfReach;
};

/// A stop was requested, and the run is at a point where stopping loses nothing.
struct StopAsked : std::runtime_error {
    StopAsked() : std::runtime_error{"stopped on request; the next run continues from here"} {}
};

/// Settings that this program cannot work with; restarting does not help. Exit status 2, on which
/// the systemd unit does not restart.
struct WrongSettings : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Something that passes or is fixed without changing the settings: a port in use, a locked ledger,
/// a full disk. Exit status 6.
struct CannotStart : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace ringbridge
