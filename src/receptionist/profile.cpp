#include "receptionist/profile.hpp"

#include "core/check.hpp"
#include "receptionist/builtin_profiles.hpp"

#include <algorithm>

namespace ringbridge::receptionist {

std::string to_text(const Source& source) {
    std::string text;
    for (const auto& path : source.paths) text += (text.empty() ? "" : " or ") + path.text;
    return source.constant.empty() ? text : text + (text.empty() ? "" : " or ") + "a constant";
}

std::vector<std::string> builtin_profile_names() {
    std::vector<std::string> names;
    for (const auto& builtin : builtin_profiles()) names.emplace_back(builtin.name);
    return names;
}

Profile builtin_profile(std::string_view name) {
    const auto builtins = builtin_profiles();
    const auto found = std::ranges::find(builtins, name, &BuiltinProfile::name);
    check(found != builtins.end(), "the name is that of a built-in profile");
    auto profile = parse_profile(std::string{found->yaml});
    check(profile.has_value(), "every built-in profile is valid");
    return std::move(*profile);
}

}  // namespace ringbridge::receptionist
