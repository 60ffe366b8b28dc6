// Where a session keeps its state between processes, and how it recognises settings that it does
// not keep.
#pragma once

#include "ports/task.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace ringbridge::receptionist {

class SessionStore {
  public:
    virtual ~SessionStore() = default;

    /// What any process saved last; nothing where there is none, or none that can be read.
    virtual Task<std::optional<std::string>> load() = 0;
    virtual Task<> save(std::string state) = 0;

    /// A salted hash of `text`, of at most `digits` hex digits; another one each time.
    virtual std::string fingerprint(std::string text, std::size_t digits) = 0;
    /// Whether `fingerprint` was taken of this text.
    virtual bool fits(std::string fingerprint, std::string text) = 0;
};

}  // namespace ringbridge::receptionist
