// Records of which neither an id nor a time is known are identified by their content alone. If that
// varies, each listing brings new ones: of those beyond a limit, only the number and the newest
// stay.
#pragma once

#include "core/id.hpp"

#include <string>
#include <string_view>

namespace ringbridge::ledger {

inline constexpr int most_unknown = 10'000;
/// Their keys begin with it: see UnreadableRecord.
inline const std::string unknown = "unreadable:";
/// The key of those that are only counted, and how their row's reason goes on after the number.
inline const CallId more_unknown = "unreadable:more";
inline const std::string how_many_more =
    " more records without a usable id arrived than are kept; correct the profile's mapping, then "
    "read them again with sync --since";

}  // namespace ringbridge::ledger
