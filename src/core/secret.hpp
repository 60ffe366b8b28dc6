// A value that must never be seen: it prints as ***, and is had only by asking for it by name.
#pragma once

#include <ostream>
#include <string>
#include <utility>

namespace ringbridge {

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_{std::move(value)} {}

    /// For the one place that sends it. Whatever holds the result must not be logged.
    const std::string& reveal() const { return value_; }
    bool empty() const { return value_.empty(); }
    bool operator==(const Secret&) const = default;

    friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

  private:
    std::string value_;
};

}  // namespace ringbridge
