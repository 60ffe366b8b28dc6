// Where a session keeps its state between processes, and how it recognizes settings that it does
// not store.
#pragma once

#include "ports/task.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace ringbridge::receptionist {

class SessionStore {
  public:
    virtual ~SessionStore() = default;

    /// The state last saved by any process; nullopt if there is none, or it is unreadable.
    virtual Task<std::optional<std::string>> load() = 0;
    virtual Task<> save(std::string state) = 0;

    /// A salted hash of `text`, of at most `digits` hex digits; different each time.
    virtual std::string fingerprint(std::string text, std::size_t digits) = 0;
    /// Whether `fingerprint` matches this text.
    virtual bool fits(std::string fingerprint, std::string text) = 0;
};

}  // namespace ringbridge::receptionist
