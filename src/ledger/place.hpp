// A call's position in lists, which show the newest first, and the cursor that continues from it.
#pragma once

#include <limits>
#include <string>

namespace ringbridge::ledger {

struct Place {
    long long called_at = std::numeric_limits<long long>::max();
    std::string call_id = {};
};

/// Where a page begins: the top, without a cursor.
inline Place place_at(const std::string& cursor) {
    const auto colon = cursor.find(':');
    if (colon == std::string::npos) return {};
    return {std::stoll(cursor.substr(0, colon)), cursor.substr(colon + 1)};
}

inline std::string cursor_of(const Place& place) {
    return std::to_string(place.called_at) + ':' + place.call_id;
}

}  // namespace ringbridge::ledger
