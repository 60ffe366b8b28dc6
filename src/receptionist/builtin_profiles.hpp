// The texts of `profiles/*.yaml` inside the program; CMake writes the .cpp.
#pragma once

#include <span>
#include <string_view>

namespace ringbridge::receptionist {

struct BuiltinProfile {
    std::string_view name;  ///< the file's, without `.yaml`
    std::string_view yaml;
};

std::span<const BuiltinProfile> builtin_profiles();

}  // namespace ringbridge::receptionist
