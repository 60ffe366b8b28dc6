// What ends a run early: nothing that the flow could do about it, only a person or time.
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

/// The process is to end, and the run stops where it may: between two pages or rounds. Exit
/// status 1, for what is left over is taken up by the next run.
struct AskedToStop : std::runtime_error {
    AskedToStop() : std::runtime_error{"ringbridge was told to stop; the next run goes on"} {}
};

}  // namespace ringbridge
