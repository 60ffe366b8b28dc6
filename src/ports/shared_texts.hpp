// Short texts that all processes of a machine share and update.
#pragma once

#include "ports/task.hpp"

#include <functional>
#include <string>

namespace ringbridge {

class SharedTexts {
  public:
    virtual ~SharedTexts() = default;
    /// Atomically replaces the text under `name`, initially empty, by what `change` returns for it.
    /// Persisted when the await ends, even if this process then dies. May call `change` on another
    /// thread.
    virtual Task<> change(std::string name,
                          std::function<std::string(const std::string&)> change) = 0;
};

}  // namespace ringbridge
