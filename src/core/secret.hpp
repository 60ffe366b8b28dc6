// A value that must never be shown: it prints as ***, and only reveal() returns it.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
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

    /// `text` from elsewhere, which may quote the secret, with *** in its place.
    std::string hidden_in(std::string text) const {
        if (value_.empty()) return text;
        for (auto at = text.find(value_); at != std::string::npos; at = text.find(value_, at + 3)) {
            text.replace(at, value_.size(), "***");
        }
        return text;
    }

    friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

  private:
    std::string value_;
};

/// In a time that does not depend on where the texts differ.
bool same_secret(std::string_view given, std::string_view wanted);

}  // namespace ringbridge
