// Short texts that all processes of a machine share: each changes what the one before it left.
#pragma once

#include "ports/task.hpp"

#include <functional>
#include <string>

namespace ringbridge {

class SharedTexts {
  public:
    virtual ~SharedTexts() = default;
    /// Gives `change` the text under `name`, empty at first, and keeps what it returns; nobody else
    /// changes it in between. Kept when the await ends, whatever becomes of this process then. May
    /// call `change` on another thread.
    virtual Task<> change(std::string name,
                          std::function<std::string(const std::string&)> change) = 0;
};

}  // namespace ringbridge
