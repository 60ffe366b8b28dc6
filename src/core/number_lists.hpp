// Whose calls are synced and whose are not: the operator's allow and block lists.
#pragma once

#include "core/phone.hpp"

#include <set>
#include <string>
#include <string_view>

namespace ringbridge {

/// Numbers in E.164, without extensions.
struct NumberLists {
    std::set<std::string> allow;  ///< empty: everybody's calls
    std::set<std::string> block;
    bool operator==(const NumberLists&) const = default;
};

/// Why calls from this number are not synced; empty if they are.
std::string_view why_left_alone(const PhoneNumber& number, const NumberLists& lists);

}  // namespace ringbridge
