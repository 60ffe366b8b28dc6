// What happened in a world, line by line. Two worlds of one seed have the same story to the byte;
// their digests are compared.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::simulation {

class Story {
  public:
    /// `keep`: remember the lines, not only their digest.
    explicit Story(bool keep) : keep_{keep} {}

    void add(UtcTime at, std::string_view who, std::string_view what);

    std::uint64_t digest() const { return digest_; }
    const std::vector<std::string>& lines() const { return lines_; }

  private:
    bool keep_;
    std::uint64_t digest_ = 0xCBF2'9CE4'8422'2325U;
    std::vector<std::string> lines_;
};

/// FNV-1a, to distinguish texts that are too long to print.
std::uint64_t digest_of(std::string_view text, std::uint64_t from = 0xCBF2'9CE4'8422'2325U);

}  // namespace ringbridge::simulation
