#include "bridge/run_tally.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

const char* name_of(Ending ending) {
    switch (ending) {
        case Ending::done:
            return "done";
        case Ending::credentials_refused:
            return "credentials_refused";
        case Ending::stopped:
            return "stopped";
        case Ending::out_of_reach:
            break;
    }
    return "out_of_reach";
}

}  // namespace

void RunTally::note(const Report& report) {
    count(report.trigger, name_of(report.ending), report.duration);
    duplicate_numbers_ += report.duplicate_numbers.size();
}

void RunTally::note_broken(const std::string& trigger, Milliseconds duration) {
    count(trigger, "broke_off", duration);
}

void RunTally::count(const std::string& trigger, const char* ending, Milliseconds duration) {
    const auto seconds = std::chrono::duration<double>{duration}.count();
    const auto bound = std::ranges::lower_bound(bounds_s, seconds);
    ++runs_[{trigger, ending}];
    ++durations_.at(static_cast<std::size_t>(bound - bounds_s.begin()));
    seconds_ += seconds;
}

}  // namespace ringbridge::bridge
