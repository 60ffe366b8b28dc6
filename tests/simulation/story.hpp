// What happened in a world, line by line. Two worlds of one seed tell the same story to the byte;
// its digest is what is compared.
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

    void tell(UtcTime at, std::string_view who, std::string_view what);

    std::uint64_t digest() const { return digest_; }
    const std::vector<std::string>& lines() const { return lines_; }

  private:
    bool keep_;
    std::uint64_t digest_ = 0xCBF2'9CE4'8422'2325U;
    std::vector<std::string> lines_;
};

/// FNV-1a, to tell texts apart that are too long to tell.
std::uint64_t digest_of(std::string_view text, std::uint64_t from = 0xCBF2'9CE4'8422'2325U);

}  // namespace ringbridge::simulation
