#include "bridge/report.hpp"

#include <algorithm>

namespace ringbridge::bridge {

void Report::set_fate(const std::string& call_id, Fate fate) {
    if (!first_synced.contains(call_id)) fates[call_id] = fate;
}

int Report::count(Fate fate) const {
    return static_cast<int>(
        std::ranges::count_if(fates, [&](const auto& entry) { return entry.second == fate; }));
}

}  // namespace ringbridge::bridge
