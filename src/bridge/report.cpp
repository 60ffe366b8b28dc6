#include "bridge/report.hpp"

#include <algorithm>

namespace ringbridge::bridge {

void Report::set_result(const CallId& call_id, CallResult result) {
    if (!first_synced.contains(call_id)) results[call_id] = result;
}

int Report::count(CallResult result) const {
    return static_cast<int>(
        std::ranges::count_if(results, [&](const auto& entry) { return entry.second == result; }));
}

}  // namespace ringbridge::bridge
