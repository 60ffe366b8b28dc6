// Whose calls are carried over and whose are left alone: the operator's two lists of numbers.
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

/// Why calls of this number are left alone; empty where they are not.
std::string_view why_left_alone(const PhoneNumber& number, const NumberLists& lists);

}  // namespace ringbridge
