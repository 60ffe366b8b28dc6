// What ends a run: nothing that the flow could do about it, only a person or time.
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

/// Another run holds the lock. Exit status 4.
struct AlreadyRunning : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace ringbridge
