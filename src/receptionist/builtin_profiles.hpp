// The contents of `profiles/*.yaml`, embedded in the program; CMake generates the .cpp.
#pragma once

#include <span>
#include <string_view>

namespace ringbridge::receptionist {

struct BuiltinProfile {
    std::string_view name;  ///< the file name without `.yaml`
    std::string_view yaml;
};

std::span<const BuiltinProfile> builtin_profiles();

}  // namespace ringbridge::receptionist
