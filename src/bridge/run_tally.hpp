// Counts the runs of this process by trigger and ending, and how long they took: for `/metrics`.
#pragma once

#include "bridge/report.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace ringbridge::bridge {

class RunTally {
  public:
    /// Seconds. A run takes a second if there is nothing to do, and up to minutes.
    static constexpr std::array<double, 9> bounds_s{0.5, 1, 2.5, 5, 10, 30, 60, 180, 600};

    void note(const Report& report);
    /// A run that threw: a bug of ours, or a problem of the machine.
    void note_broken(const std::string& trigger, Milliseconds duration);

    /// By trigger and ending.
    const std::map<std::pair<std::string, std::string>, std::uint64_t>& runs() const {
        return runs_;
    }
    /// How many runs took at most bounds_s[i], but longer than the bound before; last: longer ones.
    const std::array<std::uint64_t, bounds_s.size() + 1>& durations() const { return durations_; }
    double seconds() const { return seconds_; }  ///< of all runs together
    /// Callers' numbers that a search found on several contacts.
    std::uint64_t duplicate_numbers() const { return duplicate_numbers_; }

  private:
    void count(const std::string& trigger, const char* ending, Milliseconds duration);

    std::map<std::pair<std::string, std::string>, std::uint64_t> runs_;
    std::array<std::uint64_t, bounds_s.size() + 1> durations_{};
    double seconds_ = 0;
    std::uint64_t duplicate_numbers_ = 0;
};

}  // namespace ringbridge::bridge
